mod flow;
mod kit;
mod refusals;
