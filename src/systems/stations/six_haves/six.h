// Commands and queries of the six haves; see rules.h for the score, flow.h for the life of a check.
#pragma once
#include "systems/stations/rooms.h"
#include "systems/stations/six_haves/rules.h"

namespace tx::stations::six {

// ---- store
std::optional<Standard> find_standard(storage::Reader& reader, std::int64_t set);
// The set in force on the day that binds this region: the longest region prefix wins, then the newest version.
std::optional<CriteriaSet> set_in_force(storage::Reader& reader, const std::string& region, Date day);
void store_standard(storage::Tx& tx, Standard& standard);  // gives ids
std::optional<Check> find_check(storage::Reader& reader, std::int64_t id);
Result<Check> check_of(storage::Reader& reader, const Station& station, const std::string& id_text);
std::optional<Check> open_check(storage::Reader& reader, const Station& station);  // draft, sent or fixing
std::optional<Check> last_rating(storage::Reader& reader, const Station& station);
std::vector<Fix> fixes_of(storage::Reader& reader, std::int64_t check);
std::vector<Photo> photos_of(storage::Reader& reader, std::int64_t check);
std::string words_of(const Criterion& criterion, language::Language language);
std::string name_of(const Have& have, language::Language language);
std::string name_of(const CriteriaSet& set, language::Language language);

// ---- actions. Rules: six.no_set, six.already, six.not_yours, those of rules.h, those of the table
Result<Check> begin_check(storage::Tx& tx, const Station& station, access::AccountId by);
struct TypedAnswer {
  std::string code, value, note;
};
struct TypedPhoto {
  std::string code, kind, bytes;
  int width = 0, height = 0;
};
Result<Check> answer_have(storage::Tx& tx, const Station& station, const std::string& check, const std::string& have,
                          const std::vector<TypedAnswer>& answers, const std::vector<TypedPhoto>& photos,
                          access::AccountId by);
Result<void> remove_photo(storage::Tx& tx, const Station& station, const std::string& check, const std::string& photo);
Result<Check> step_check(storage::Tx& tx, const Station& station, const std::string& check, std::string_view action,
                         access::AccountId by);  // send, withdraw, take_back, send_again
struct Verdict {
  std::string code, verdict, said;
};
// "rate" closes the check with score and star; "fix" makes a fix list of everything refused, due in `fix_days`.
Result<Check> inspect(storage::Tx& tx, Station& station, const std::string& check, const std::vector<Verdict>& verdicts,
                      bool rate, int fix_days, access::AccountId by);
Result<void> answer_fix(storage::Tx& tx, const Station& station, const std::string& fix, const std::string& words);
Result<Standard> import_standard(storage::Tx& tx, Standard standard, access::AccountId by);
Result<CriteriaSet> put_in_force(storage::Tx& tx, const std::string& set, Date from, access::AccountId by);

// ---- views shared by the pages of this noun
Json score_view(const http::Context& context, const Standard& standard, const rules::Score& score);
Json check_pill(const http::Context& context, const std::string& state);

}  // namespace tx::stations::six
