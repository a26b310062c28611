mod cuts;
mod exchanges;
mod flow;
mod kit;
mod papers;
mod refusals;
