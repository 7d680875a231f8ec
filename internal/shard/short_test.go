package shard

import "testing"

func TestShort(t *testing.T) {
	for id, want := range map[string]string{
		"shardId-000000000003": "3", "shardId-000000000000": "0", "shardId-000000001200": "1200",
		"shardId-123456789012": "123456789012", "shardId-3": "shardId-3", "shardId-00000000000x": "shardId-00000000000x", "": "",
	} {
		if got := Short(id); got != want {
			t.Errorf("%q: %q, want %q", id, got, want)
		}
	}
}
