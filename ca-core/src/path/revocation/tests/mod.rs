mod context;
mod pkits;
