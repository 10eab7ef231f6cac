import Testing

/// Tests that run the probe on a pseudo-terminal. One at a time, for the machine's sake.
@Suite(.serialized) struct ProcessTests {}
