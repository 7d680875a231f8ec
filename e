kinspect: note: --fan-out registers 1 consumer on stream orders
