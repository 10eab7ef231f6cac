#pragma once
// Signals as something to read.

/// Has each of the signals in `numbers` written to a pipe, one byte each, instead of doing what it does by
/// default. Signals that are ignored stay so, as `nohup` wants it. Returns the end to read from, or -1 and sets
/// errno. Call it once.
int cp_watch_signals(const int *numbers, int count);
