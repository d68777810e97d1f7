// Commands and queries on needs, used by this room's pages, the dispatch desk and attendance.
#pragma once
#include <optional>
#include <vector>

#include "systems/supply/needs/flow.h"
#include "systems/supply/needs/model.h"
#include "systems/supply/needs/rules.h"

namespace tx::supply {

// ---- store
std::optional<Need> find_need(storage::Reader& reader, NeedId id);
std::optional<Need> find_need_by_number(storage::Reader& reader, const std::string& number);
std::vector<Need> needs_in(storage::Reader& reader, const std::vector<std::string>& region_prefixes,
                           const std::vector<std::string>& states, int limit, int offset);
std::vector<Need> same_needs(storage::Reader& reader, const Need& need);  // duplicates to show
std::string code_hash(const std::string& number, const std::string& code);

// ---- life cycle: take a step, write the state and its deadline
Result<void> move_need(storage::Tx& tx, Need& need, std::string_view action, access::AccountId by,
                       const std::string& reason = {});

struct Asked {
  Need need;
  std::string code;   // to be told once
};
// Writes a new need down. `by` is who types; for station and hotline the need is verified on the spot and opened.
Result<Asked> submit_need(storage::Tx& tx, const identity::Vault& vault, const NeedInput& input, Channel channel,
                          const access::Actor& by);
// The asker, the helper who wrote it down, or whoever holds number and code.
bool is_askers(const Need& need, const access::Actor& actor, const std::string& code);

// ---- views for templates
struct ViewContext {
  const language::Catalogue& words;
  language::Language language;
  Instant now;
};
ViewContext view_context(const http::Context& context);
// A row of the rows partial, and the facts of a page (need_… members); neither holds personal data.
Json need_row(storage::Reader& reader, const Need& need, const ViewContext& view, const std::string& href);
void add_need_facts(storage::Reader& reader, const Need& need, const ViewContext& view, Json& page);
Json due_clock(Instant due, const ViewContext& view);
Json need_timeline(storage::Reader& reader, const Need& need, const ViewContext& view);
Json pill(std::string_view flow, std::string_view state, const workflow::Flow& table, const ViewContext& view);

void add_need_routes(http::Router& router, const Services& services);

}  // namespace tx::supply
