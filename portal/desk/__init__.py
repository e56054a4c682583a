"""The officers' desk: queues and the review page across apps."""
