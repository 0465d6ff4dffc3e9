//! The feeder against the runtime. Nothing is in here but tests, in `tests/`: the client itself must not
//! depend on the runtime.
