// What the front door asks of the circles: tongxin region import (the same import as on the page, for extracts that are too large
// for an upload and for operators who script), and counting anew when a number of the operator's changes.
#pragma once
#include <iosfwd>

#include "platform/language/language.h"
#include "systems/stations/circles/import.h"

namespace tx::stations::circles {

// Says what it found, row by row, and takes the region over unless dry. 0: good; 1: faults, nothing was kept.
int import_command(storage::Store& store, const std::string& folder, const ImportInput& input, bool dry,
                   const language::Catalogue& words, std::ostream& out);
// Every figure of every street region; after a change of station.detour_percent or station.drive_kmh.
void count_anew(storage::Tx& tx);

}  // namespace tx::stations::circles
