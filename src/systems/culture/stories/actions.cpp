// What people do with a story: tell it, show pictures with the consent of those on them, review it three times, correct it.
#include <sodium.h>

#include "base/text.h"
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/culture/periodical/periodical.h"
#include "systems/culture/stories/flow.h"
#include "systems/culture/stories/rules.h"
#include "systems/culture/stories/stories.h"
#include "systems/teams/teams.h"

namespace tx::culture {
namespace {

constexpr char kLetters[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";   // none that is taken for another
constexpr std::size_t kCodeLength = 8;                            // 40 random bits
constexpr const char* kPictureColumns = "select id, story, seq, kind, caption, credit, width, height, people, state, changed from story_picture ";

std::string code_hash(std::string_view code) {
  unsigned char hash[crypto_hash_sha256_BYTES];
  const std::string text = "picture-consent/" + std::string(code);
  crypto_hash_sha256(hash, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  char hex[sizeof hash * 2 + 1];
  sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
  return hex;
}

// Whether somebody was there: an activity that the teller attended, a need that the teller asked or answered.
bool own_matter(storage::Reader& reader, const access::Actor& by, std::string_view kind, std::int64_t id) {
  const auto volunteer = teams::find_volunteer_by_account(reader, by.account);
  const auto served = [&](const char* column) {
    return volunteer && storage::scalar<std::int64_t>(reader, std::string("select 1 from attendance where ") + column + " = $1 and volunteer = $2 limit 1", id, volunteer->id);
  };
  if (kind == "activity") return served("activity");
  return served("activity = 0 and object") || storage::scalar<std::int64_t>(reader, "select 1 from need where id = $1 and account = $2", id, by.account);
}

bool open_to_teller(const Story& story) { return story.state == "sent" || story.state == "first" || story.state == "second" || story.state == "third"; }

void tell_teller(storage::Tx& tx, const Story& story, const char* key, const std::string& reason = {}) {
  if (story.teller) notices::send(tx, {story.teller, key, {{"title", story.title}, {"reason", reason}}, "/me/stories/" + id_text(story.id)});
}

Result<void> pictures_agreed(storage::Reader& reader, const Story& story) {
  const auto consents = consents_of(reader, story.id);
  for (const auto& picture : pictures_of(reader, story.id))
    if (picture.state == "shown" && rules::consents_missing(picture, consents) > 0)
      return refuse(Kind::invalid, "story.picture_open", "", {{"n", std::to_string(rules::consents_missing(picture, consents))}});
  return {};
}

}  // namespace

std::optional<Story> find_story(storage::Reader& reader, std::int64_t id) { return storage::find<Story>(reader, "select * from story where id = $1", id); }
Result<Story> story_of(storage::Reader& reader, const std::string& text) {
  auto story = find_story(reader, id_value(text).value_or(0));
  if (!story) return refuse(Kind::not_found, "http.not_found");
  return *story;
}
std::vector<Picture> pictures_of(storage::Reader& reader, std::int64_t story) {
  return storage::select<Picture>(reader, std::string(kPictureColumns) + "where story = $1 order by seq", story);
}
std::vector<Consent> consents_of(storage::Reader& reader, std::int64_t story) {
  return storage::select<Consent>(reader, "select * from picture_consent where story = $1 order by id", story);
}
std::vector<Correction> corrections_of(storage::Reader& reader, std::int64_t story) {
  return storage::select<Correction>(reader, "select * from story_correction where story = $1 order by at", story);
}
std::string picture_bytes(storage::Reader& reader, std::int64_t picture) {
  return storage::scalar<std::string>(reader, "select bytes from story_picture where id = $1", picture).value_or("");
}
std::optional<Consent> consent_by_code(storage::Reader& reader, std::string_view code) {
  std::string plain;
  for (const char c : code)
    if (c != ' ' && c != '-') plain += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  if (plain.size() != kCodeLength) return std::nullopt;
  return storage::find<Consent>(reader, "select * from picture_consent where code_hash = $1", code_hash(plain));
}
std::string consent_code(const identity::Vault& vault, const Consent& consent) {
  const auto code = vault.unseal(consent.code_sealed, "picture.code").value_or("");
  return code.size() == kCodeLength ? code.substr(0, 4) + "-" + code.substr(4) : code;
}

std::string byline_of(storage::Reader& reader, const Story& story) {
  if (story.signed_as == "unnamed") return "";
  const auto volunteer = teams::find_volunteer_by_account(reader, story.teller);
  const std::string name = volunteer ? volunteer->name : storage::scalar<std::string>(reader, "select display_name from account where id = $1", story.teller).value_or("");
  // A child is never named in full in the paper.
  return story.signed_as == "name" && !(volunteer && teams::is_minor(*volunteer, local_date(story.created))) ? name : masked_name(name);
}

Result<Story> tell(storage::Tx& tx, const StoryInput& input, const access::Actor& by) {
  TX_CHECK(rules::readable(input.title, input.words));
  Story story;
  story.id = tx.new_id();
  story.teller = by.account;
  story.region = by.region.empty() ? "64" : by.region;
  if (const auto volunteer = teams::find_volunteer_by_account(tx, by.account)) story.region = volunteer->region;
  story.title = input.title;
  story.words = input.words;
  story.signed_as = input.signed_as == "name" || input.signed_as == "unnamed" ? input.signed_as : "masked";
  story.language = input.language == "en" ? "en" : "zh-CN";
  if (!input.about.empty()) {
    const auto colon = input.about.find(':');
    const std::string kind = input.about.substr(0, colon);
    const auto id = colon == std::string::npos ? std::nullopt : id_value(input.about.substr(colon + 1));
    if (!id || (kind != "activity" && kind != "need") || !own_matter(tx, by, kind, *id)) return refuse(Kind::invalid, "story.about_unknown", "about");
    (kind == "activity" ? story.activity : story.need) = *id;
    if (kind == "activity") story.organisation = storage::scalar<std::int64_t>(tx, "select organisation from activity where id = $1", *id).value_or(0);
  }
  story.headline = story.title;
  story.body = story.words;
  story.created = tx.now();
  story.byline = byline_of(tx, story);
  const auto taken = TX_TRY(workflow::take(tx, kStoryFlow, story.id, "", "send", by.account, {}, story.region));
  story.state = taken.state;
  story.due = taken.due;
  storage::insert(tx, "story", story);
  for (const auto editor : identity::holders_over(tx, "editor", story.region)) notices::send(tx, {editor, "notice.story_sent", {{"title", story.title}}, "/desk/paper/stories/" + id_text(story.id)});
  return story;
}

Result<Picture> add_picture(storage::Tx& tx, Story story, const PictureInput& input) {
  if (!open_to_teller(story)) return refuse(Kind::conflict, "picture.closed");
  TX_CHECK(rules::people_readable(input.people));
  if (letter_count(input.caption) < 2 || letter_count(input.caption) > 80) return refuse(Kind::invalid, "picture.caption_missing", "caption");
  if (input.file["bytes"].text().empty()) return refuse(Kind::invalid, "picture.missing", "picture");
  const auto before = pictures_of(tx, story.id);
  if (before.size() >= rules::kPicturesMost) return refuse(Kind::full, "picture.too_many", "picture", {{"n", std::to_string(rules::kPicturesMost)}});
  Picture picture;
  picture.id = tx.new_id();
  picture.story = story.id;
  picture.seq = before.empty() ? 1 : before.back().seq + 1;
  picture.kind = input.file["kind"].text();
  picture.caption = input.caption;
  picture.credit = shortened(input.credit, 30);
  picture.width = static_cast<int>(input.file["width"].integer());
  picture.height = static_cast<int>(input.file["height"].integer());
  picture.people = input.people;
  picture.state = "shown";
  picture.changed = tx.now();
  storage::execute(tx, "insert into story_picture (id, story, seq, kind, caption, credit, width, height, people, state, changed, bytes) values "
                       "($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12)", picture.id, picture.story, picture.seq, picture.kind, picture.caption, picture.credit,
                   picture.width, picture.height, picture.people, picture.state, picture.changed, storage::Blob{input.file["bytes"].text()});
  return picture;
}

namespace {
// A picture that may not be seen any more loses its bytes: a copy in the database would be seen by whoever reads it.
void take_away(storage::Tx& tx, std::int64_t picture, const char* state) {
  storage::execute(tx, "update story_picture set state = $1, changed = $2, bytes = $3 where id = $4", state, tx.now(), storage::Blob{}, picture);
}
}  // namespace

Result<void> drop_picture(storage::Tx& tx, const Story& story, std::int64_t id) {
  for (const auto& picture : pictures_of(tx, story.id)) {
    if (picture.id != id || picture.state != "shown") continue;
    take_away(tx, id, "dropped");
    if (story.state == "published") reprint(tx, story, "paper.note.picture");
    return {};
  }
  return refuse(Kind::not_found, "http.not_found");
}

Result<Consent> give_consent(storage::Tx& tx, const identity::Vault& vault, const Story& story, std::int64_t id, const ConsentInput& input, access::AccountId by) {
  if (!open_to_teller(story)) return refuse(Kind::conflict, "picture.closed");
  TX_CHECK(rules::consent_readable(input.name, input.minor, input.guardian, input.how));
  for (const auto& picture : pictures_of(tx, story.id)) {
    if (picture.id != id || picture.state != "shown") continue;
    if (rules::consents_missing(picture, consents_of(tx, story.id)) == 0) return refuse(Kind::conflict, "consent.enough", "name", {{"n", std::to_string(picture.people)}});
    std::string code;
    for (std::size_t i = 0; i < kCodeLength; ++i) code += kLetters[randombytes_uniform(sizeof kLetters - 1)];
    Consent consent;
    consent.id = tx.new_id();
    consent.picture = id;
    consent.story = story.id;
    consent.name_sealed = vault.seal(input.name, "picture.name");
    if (input.minor) consent.guardian_sealed = vault.seal(input.guardian, "picture.guardian");
    consent.minor = input.minor;
    consent.how = input.how;
    consent.recorded_by = by;
    consent.code_hash = code_hash(code);
    consent.code_sealed = vault.seal(code, "picture.code");
    consent.given = tx.now();
    storage::insert(tx, "picture_consent", consent);
    return consent;
  }
  return refuse(Kind::not_found, "http.not_found");
}

Result<Consent> withdraw_consent(storage::Tx& tx, Consent consent, std::string_view how) {
  if (consent.withdrawn.us) return refuse(Kind::conflict, "consent.withdrawn_already", "code");
  consent.withdrawn = tx.now();
  consent.withdrawn_how = how;
  storage::update(tx, "picture_consent", consent);
  const auto story = find_story(tx, consent.story);
  TX_ASSERT(story);
  take_away(tx, consent.picture, "hidden");
  reprint(tx, *story, "paper.note.picture");
  tell_teller(tx, *story, "notice.picture_hidden");
  for (const auto editor : identity::holders_over(tx, "editor", story->region))
    notices::send(tx, {editor, "notice.picture_hidden", {{"title", story->headline}, {"reason", ""}}, "/desk/paper/stories/" + id_text(story->id)});
  return consent;
}

Result<Story> edit(storage::Tx& tx, Story story, const EditInput& input) {
  if (story.state != "first") return refuse(Kind::conflict, "story.edit_closed");
  story.kicker = input.kicker;
  story.headline = input.headline;
  story.subhead = input.subhead;
  story.body = input.body;
  story.byline = shortened(input.byline, 40);
  story.source = shortened(input.source, 40);
  TX_CHECK(rules::printable(story));
  storage::update(tx, "story", story);
  return story;
}

Result<Story> step_story(storage::Tx& tx, Story story, std::string_view action, access::AccountId by, const std::string& reason) {
  if (action == "pass_first" || action == "pass_second" || action == "pass_third") {
    TX_CHECK(rules::may_review(story, by));
    TX_CHECK(rules::printable(story));
    TX_CHECK(pictures_agreed(tx, story));
    (action == "pass_first" ? story.first_by : action == "pass_second" ? story.second_by : story.third_by) = by;
  }
  if (action == "take" && story.teller == by) return refuse(Kind::forbidden, "story.own");
  const auto taken = TX_TRY(workflow::take(tx, kStoryFlow, story.id, story.state, action, by, reason, story.region));
  const bool was_public = story.state == "published";
  story.state = taken.state;
  story.due = taken.due;
  if (action == "send_back" || action == "return") story.first_by = story.second_by = story.third_by = {};
  if (action == "return" || action == "withdraw") {
    leave_issue(tx, story);
    story.issue = 0;
    story.page = story.place = 0;
  }
  if (action == "publish") {
    story.published = tx.now();
    story.search = search_tokens(story.headline + " " + story.kicker + " " + story.subhead + " " + story.byline + " " + story.body);
  }
  if (action == "retract") story.search = "";
  storage::update(tx, "story", story);
  if (action == "retract" && was_public) reprint(tx, story, "paper.note.retracted");
  if (action == "take") tell_teller(tx, story, "notice.story_taken");
  if (action == "decline") tell_teller(tx, story, "notice.story_declined", reason);
  if (action == "publish") tell_teller(tx, story, "notice.story_published");
  if (action == "retract" && by != story.teller) tell_teller(tx, story, "notice.story_retracted", reason);
  return story;
}

Result<Correction> correct(storage::Tx& tx, const Story& story, const std::string& was, const std::string& right_words, access::AccountId by) {
  if (story.state != "published") return refuse(Kind::conflict, "story.not_public");
  if (letter_count(was) < 1 || story.body.find(was) == std::string::npos) {
    const std::string heads = story.kicker + "\n" + story.headline + "\n" + story.subhead + "\n" + story.byline;
    if (was.empty() || heads.find(was) == std::string::npos) return refuse(Kind::invalid, "correction.not_found", "was");
  }
  if (letter_count(right_words) < 1 || letter_count(right_words) > 600) return refuse(Kind::invalid, "correction.missing", "right_words");
  Correction correction{tx.new_id(), story.id, was, right_words, by, tx.now()};
  storage::insert(tx, "story_correction", correction);
  storage::execute(tx, "update story set search = $1 where id = $2", search_tokens(story.headline + " " + story.kicker + " " + story.subhead + " " + story.byline + " " + story.body + " " + right_words), story.id);
  return correction;
}

}  // namespace tx::culture
