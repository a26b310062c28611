mod context;
mod deltas;
mod hostile;
mod indirect;
mod kit;
mod lists;
mod pkits;
mod responses;
