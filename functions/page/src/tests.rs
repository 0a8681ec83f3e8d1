mod desk;
mod failures;
mod routing;
mod words;
