# Holds answers of services against the models of their APIs, as botocore has them: each
# file SERVICE.OPERATION[.N].json has no member that the model lacks, all that it requires,
# and values of its types, enumerations and patterns. Prints what is wrong; exits 3 where
# Python has no botocore.

import json
import re
import sys

try:
    import botocore.loaders
    import botocore.model
except ImportError:
    sys.exit(3)

SCALARS = {"string": str, "integer": int, "long": int, "boolean": bool, "timestamp": (int, float)}
wrong = []


def hold(value, shape, where):
    kind = shape.type_name
    if kind == "structure":
        names = {m.serialization.get("name", name): name for name, m in shape.members.items()}
        for key in value:
            if key not in names:
                wrong.append(f"{where}: the model has no member {key}")
            elif value[key] is not None:
                hold(value[key], shape.members[names[key]], f"{where}.{key}")
        for key in shape.required_members:
            if key not in value:
                wrong.append(f"{where}: {key} is required")
    elif kind == "list":
        for i, item in enumerate(value):
            hold(item, shape.member, f"{where}[{i}]")
    elif kind == "map":
        for key, item in value.items():
            hold(key, shape.key, f"{where} {key}")
            hold(item, shape.value, f"{where}.{key}")
    elif kind not in SCALARS or not isinstance(value, SCALARS[kind]) or isinstance(value, bool) != (kind == "boolean"):
        wrong.append(f"{where}: {value!r} is no {kind}")
    elif kind == "string":
        pattern = shape.metadata.get("pattern")
        if shape.enum and value not in shape.enum:
            wrong.append(f"{where}: {value!r} is none of {shape.enum}")
        if pattern and not re.fullmatch(pattern, value):
            wrong.append(f"{where}: {value!r} is not as {pattern}")


for path in sys.argv[1:]:
    service, operation = path.rsplit("/", 1)[-1].split(".")[:2]
    model = botocore.model.ServiceModel(botocore.loaders.Loader().load_service_model(service, "service-2"))
    with open(path) as answer:
        hold(json.load(answer), model.operation_model(operation).output_shape, path)
print("\n".join(wrong), end="")
sys.exit(1 if wrong else 0)
