mod desk;
mod failures;
mod graph;
mod routing;
mod words;
