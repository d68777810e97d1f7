// Stars and honours (嘉许激励): thresholds are data with their source; a star follows from recognised minutes and their evidence,
// never from points. An honour is nominated, reviewed without interest, shown to the public, decided, and stands in the hall.
#pragma once
#include <optional>

#include "platform/http/forms.h"
#include "platform/http/http.h"
#include "systems/support/book/book.h"
#include "systems/support/honours/rules.h"
#include "systems/support/incentives.h"

namespace tx::support {

// The scheme of a region. Without one of its own: 100, 300, 600, 1,000 and 1,500 hours (民函〔2012〕340号; national system).
// rules.md §5.1: Ningxia's own scheme was not found in public sources.
StarScheme scheme_of(storage::Reader& reader, const std::string& region, Date day);
std::vector<StarStep> star_steps(storage::Reader& reader, const std::string& region, Date day);
int star_of(std::int64_t minutes, const std::vector<StarStep>& steps);
int star_held(storage::Reader& reader, std::int64_t volunteer);         // granted and not revoked
int quality_of(storage::Reader& reader, std::int64_t volunteer);        // percent of the minutes with evidence A or B
Json star_view(const http::Context& context, std::int64_t volunteer);   // {star, stars, next, left, percent}

std::span<const std::string_view> honour_titles();
struct Nomination {
  std::string kind = "star", title, number, words, name_shown;          // number: whom; empty: oneself
  int star = 0;
};
BOOST_DESCRIBE_STRUCT(Nomination, (), (kind, title, number, words, name_shown, star))
// Rules honour.words_missing, honour.unknown, honour.barred, honour.pending, those of may_ask_star, honour.title_missing
Result<Honour> nominate(storage::Tx& tx, const Nomination& nomination, const access::Actor& by);
struct HonourAct {
  std::string reason;
  int years = 1;                   // revoke: how long no honour may be asked for
};
BOOST_DESCRIBE_STRUCT(HonourAct, (), (reason, years))
// pass, refuse, dismiss, uphold, grant, turn_down, revoke, object, withdraw. Rules of fit(), high_enough(), bar_until()
Result<Honour> step_honour(storage::Tx& tx, const Book& book, const access::Roles& roles, std::int64_t id, std::string_view action,
                           const access::Actor& by, const HonourAct& act);
int end_notices(storage::Tx& tx);                                       // timed
// Hours voided or corrected (H8): a granted star that the hours no longer reach ends, without a bar; that takes a decision.
void honours_after(storage::Tx& tx, const Book& book, const HoursChanged& change);
std::optional<Honour> find_honour(storage::Reader& reader, std::int64_t id);
// "Four stars", "Good neighbour"; and the name as far as it may be shown.
std::string honour_text(const http::Context& context, const Honour& honour);
std::string hours_proved(const http::Context& context, const Honour& honour);   // with the share that rests on check-ins
std::string honoured_name(storage::Reader& reader, const Honour& honour, Instant now);

void add_honour_routes(http::Router& router, const Book& book);         // own page, hall, notice
void add_honour_desk_routes(http::Router& router, const Book& book);
void demonstrate_honours(storage::Tx& tx, const Book& book);

// The regions one may speak for, and what lies right below them: to choose from, so that nobody types a code.
std::vector<http::Option> own_places(const http::Context& context, const std::vector<std::string>& regions);

}  // namespace tx::support
