mod desk;
mod failures;
mod graph;
mod hostile;
mod routing;
mod words;
