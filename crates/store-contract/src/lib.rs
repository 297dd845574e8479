//! What the store promises is written down as tests, in `tests/contract`. They are a package of their own so that the store
//! can be built optimised, for whatever tests on top of it, while its many checks are not.
