//! Whatever happens in whatever order, on both sides and on the line between: in the end both are equal, and nothing is
//! lost or done twice.

mod converge;
mod histories;
mod maildrop;
mod model;
pub mod world;
