//! Start, reload, signals, systemd, stop.
