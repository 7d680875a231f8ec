package sim

import pages "kinspect/internal/wire"

// Whoever keeps a record of a world for longer than it is there finds it overwritten.
func init() { pages.Poisoned = true }
