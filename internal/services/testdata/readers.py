# Has a stream in a moto_server read by a registered consumer, two Lambda functions, a
# Firehose stream, and an application; beside them are some of another stream. moto maps no
# function to a consumer. The URL is the argument. Prints the stream's ARN.

import io
import sys
import zipfile

import boto3


def client(service):
    return boto3.client(service, endpoint_url=sys.argv[1], region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")


kinesis, lambda_, firehose, flink = (client(s) for s in ("kinesis", "lambda", "firehose", "kinesisanalyticsv2"))
arns = {}
for name in ("orders", "others"):
    kinesis.create_stream(StreamName=name, ShardCount=1)
    arns[name] = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"]
orders, others = arns["orders"], arns["others"]
kinesis.register_stream_consumer(StreamARN=orders, ConsumerName="audit")

trusted = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}'
role = client("iam").create_role(RoleName="reader", AssumeRolePolicyDocument=trusted)["Role"]["Arn"]
code = io.BytesIO()
with zipfile.ZipFile(code, "w") as packed:
    packed.writestr("f.py", "def f(event, context): pass")
for name in ("ship", "count"):
    lambda_.create_function(FunctionName=name, Runtime="python3.12", Role=role, Handler="f.f", Code={"ZipFile": code.getvalue()})
lambda_.create_event_source_mapping(
    FunctionName="ship", EventSourceArn=orders, StartingPosition="LATEST", MaximumRetryAttempts=3, MaximumRecordAgeInSeconds=3600,
    BisectBatchOnFunctionError=True, FunctionResponseTypes=["ReportBatchItemFailures"],
    FilterCriteria={"Filters": [{"Pattern": '{"data":{"kind":["paid"]}}'}]},
    DestinationConfig={"OnFailure": {"Destination": "arn:aws:sqs:us-east-1:123456789012:lost"}},
)
lambda_.create_event_source_mapping(FunctionName="count", EventSourceArn=orders, StartingPosition="TRIM_HORIZON", Enabled=False)
lambda_.create_event_source_mapping(FunctionName="count", EventSourceArn=others, StartingPosition="LATEST")

for name, source in (("lake", orders), ("sea", others)):
    firehose.create_delivery_stream(
        DeliveryStreamName=name, DeliveryStreamType="KinesisStreamAsSource",
        KinesisStreamSourceConfiguration={"KinesisStreamARN": source, "RoleARN": role},
        ExtendedS3DestinationConfiguration={"RoleARN": role, "BucketARN": "arn:aws:s3:::lake"},
    )
firehose.create_delivery_stream(DeliveryStreamName="direct", ExtendedS3DestinationConfiguration={"RoleARN": role, "BucketARN": "arn:aws:s3:::lake"})

for name, stream in (("joins", "orders"), ("sums", "others")):
    flink.create_application(
        ApplicationName=name, RuntimeEnvironment="FLINK-1_20", ServiceExecutionRole=role,
        ApplicationConfiguration={
            "ApplicationCodeConfiguration": {"CodeContentType": "PLAINTEXT", "CodeContent": {"TextContent": "x"}},
            "EnvironmentProperties": {"PropertyGroups": [{"PropertyGroupId": "in", "PropertyMap": {"stream.name": stream}}]},
        },
    )
print(orders)
