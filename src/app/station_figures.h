// What the supply room did around a station, for the station's month report: stations come before supply in the order of the
// rooms, so the front door hands the figures over.
#pragma once

namespace tx::app {

void add_station_figures();   // harmless when called again

}  // namespace tx::app
