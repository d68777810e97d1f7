#include "systems/stations/circles/command.h"

#include <ostream>

namespace tx::stations::circles {
namespace {

constexpr auto kEnglish = language::Language::en;

std::vector<std::pair<std::string, std::string>> args_of(const Problem& problem) {
  std::vector<std::pair<std::string, std::string>> args;
  for (const auto& [name, value] : problem.args.members()) args.emplace_back(name, value.text());
  return args;
}

void list(const std::vector<Problem>& problems, const char* word, const language::Catalogue& words, std::ostream& out) {
  for (const auto& one : problems) {
    out << word << " " << one.table;
    if (one.row) out << " row " << one.row;
    if (!one.column.empty()) out << " " << one.column;
    if (!one.value.empty()) out << " \"" << one.value << "\"";
    out << ": " << words.text(kEnglish, one.rule, args_of(one)) << " (" << one.rule << ")\n";
  }
}

int told(const Refusal& refusal, const language::Catalogue& words, std::ostream& out) {
  out << "REFUSED " << words.text(kEnglish, refusal.rule, refusal.args) << " (" << refusal.rule << (refusal.field.empty() ? "" : ", " + refusal.field) << ")\n";
  return 1;
}

}  // namespace

void count_anew(storage::Tx& tx) { storage::execute(tx, "update street_region set revision = revision + 1"); }

int import_command(storage::Store& store, const std::string& folder, const ImportInput& input, bool dry,
                   const language::Catalogue& words, std::ostream& out) {
  const Told on = [](std::int64_t, std::int64_t, const char*) { return true; };
  const auto checked = check_import(*store.read(), input, on);
  if (!checked) return told(checked.error(), words, out);
  const auto& report = checked->report;
  list(report.problems, "FAULT", words, out);
  if (report.faults > static_cast<std::int64_t>(report.problems.size())) out << "... " << report.faults << " faults in all\n";
  list(report.doubts, "DOUBT", words, out);
  out << "communities " << report.communities << ", people " << report.people << ", elders " << report.elders << "\n"
      << "stations " << report.stations << ", sites " << report.candidates << ", rows left out " << report.left_out << "\n";
  if (report.junctions)
    out << "streets " << report.street_km << " km, junctions " << report.junctions << ", islands " << report.islands << "\n"
        << "people on streets " << report.on_streets << ", on islands " << report.on_islands << ", too far from any street " << report.too_far << "\n";
  out << "datum of the communities " << report.datum << ", stations " << report.stations_datum << ", sites " << report.candidates_datum << ", extract " << report.extract_datum << "\n";
  if (!report.good) {
    out << "NOT GOOD: nothing was kept\n";
    return 1;
  }
  if (dry) {
    out << "GOOD: dry run, nothing was kept\n";
    return 0;
  }
  if (const auto taken = take_import(store, folder, *checked, {}, on); !taken) return told(taken.error(), words, out);
  out << "TAKEN: /circles/" << checked->region.id << "\n";
  return 0;
}

}  // namespace tx::stations::circles
