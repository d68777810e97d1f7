// Telling a story (故事), its pictures and consents, and the three reviews: what people do, and the queries behind the pages.
#pragma once
#include <optional>

#include "platform/http/http.h"
#include "systems/culture/culture.h"
#include "systems/culture/stories/model.h"

namespace tx::culture {

struct StoryInput {
  std::string title, words, signed_as, about, language;   // about: "activity:ID", "need:ID" of the teller's own, or empty
};
BOOST_DESCRIBE_STRUCT(StoryInput, (), (title, words, signed_as, about, language))
struct EditInput {
  std::string kicker, headline, subhead, body, byline, source;
};
BOOST_DESCRIBE_STRUCT(EditInput, (), (kicker, headline, subhead, body, byline, source))
struct PictureInput {
  std::string caption, credit;
  int people = 0;
  Json file;                        // {kind, bytes, width, height}: filled from the upload, never trimmed as texts are
};
BOOST_DESCRIBE_STRUCT(PictureInput, (), (caption, credit, people, file))
struct ConsentInput {
  std::string name, guardian, how;
  bool minor = false;
};
BOOST_DESCRIBE_STRUCT(ConsentInput, (), (name, guardian, how, minor))

std::optional<Story> find_story(storage::Reader& reader, std::int64_t id);
Result<Story> story_of(storage::Reader& reader, const std::string& id_text);           // or http.not_found
std::vector<Picture> pictures_of(storage::Reader& reader, std::int64_t story);         // all states, in order
std::vector<Consent> consents_of(storage::Reader& reader, std::int64_t story);
std::vector<Correction> corrections_of(storage::Reader& reader, std::int64_t story);
std::string picture_bytes(storage::Reader& reader, std::int64_t picture);
// Things of the teller's own to tell about: [{value, label}] of the last half year.
std::vector<std::pair<std::string, std::string>> own_matters(const http::Context& context);

// Rules of rules::readable, story.about_unknown
Result<Story> tell(storage::Tx& tx, const StoryInput& input, const access::Actor& by);
// Rules picture.missing, picture.too_many, picture.closed and those of rules::people_readable
Result<Picture> add_picture(storage::Tx& tx, Story story, const PictureInput& input);
Result<void> drop_picture(storage::Tx& tx, const Story& story, std::int64_t picture);
// Rules picture.closed, consent.enough and those of rules::consent_readable
Result<Consent> give_consent(storage::Tx& tx, const identity::Vault& vault, const Story& story, std::int64_t picture, const ConsentInput& input,
                           access::AccountId by);
// Takes effect at once: the picture is nowhere shown any more, published pages are printed anew. Rule consent.unknown
Result<Consent> withdraw_consent(storage::Tx& tx, Consent consent, std::string_view how);
std::optional<Consent> consent_by_code(storage::Reader& reader, std::string_view code);

// Rules of rules::printable, story.edit_closed
Result<Story> edit(storage::Tx& tx, Story story, const EditInput& input);
// A step of the flow with what belongs to it: who reviewed, notices to the teller, a place that becomes free.
// Rules of rules::may_review, story.picture_open (a consent is missing)
Result<Story> step_story(storage::Tx& tx, Story story, std::string_view action, access::AccountId by, const std::string& reason = {});
// Rule story.not_public
Result<Correction> correct(storage::Tx& tx, const Story& story, const std::string& was, const std::string& right_words, access::AccountId by);

// "By Li Jie", as far as the teller agreed to be named; set when the story is taken in.
std::string byline_of(storage::Reader& reader, const Story& story);
std::string consent_code(const identity::Vault& vault, const Consent& consent);   // ABCD-EFGH: takes it back without an account

void add_story_routes(http::Router& router, const Services& services);        // telling, own stories, taking back
void add_story_desk_routes(http::Router& router, const Services& services);   // the editors' desk

}  // namespace tx::culture
