// Value types of stories (故事, 稿件): what somebody told, its pictures, and who agreed to be seen on them.
#pragma once
#include "base/record.h"
#include "platform/access/access.h"

namespace tx::culture {

struct Story {
  std::int64_t id = 0;
  access::AccountId teller;
  std::string region, title, words;         // as it was told; never changed afterwards
  std::string signed_as;                    // name, masked, unnamed: how the teller wants to be named
  std::int64_t activity = 0, need = 0, organisation = 0;   // what it is about; 0: nothing of ours
  std::string language;                     // zh-CN, en
  // As the editors print it: kicker, headline, subhead (引题, 主题, 副题), text in paragraphs, byline, source.
  std::string kicker, headline, subhead, body, byline, source;
  access::AccountId first_by, second_by, third_by;         // the three reviews
  std::string state;                        // flow "story"
  Instant due;
  std::int64_t issue = 0;
  int page = 0, place = 0;                  // on which page and in which order; 0: not placed
  std::string search;
  Instant created, published;
};
BOOST_DESCRIBE_STRUCT(Story, (), (id, teller, region, title, words, signed_as, activity, need, organisation, language, kicker, headline, subhead,
                                  body, byline, source, first_by, second_by, third_by, state, due, issue, page, place, search, created, published))

// Without its bytes: those are read only where they are shown or printed.
struct Picture {
  std::int64_t id = 0, story = 0;
  int seq = 0;
  std::string kind, caption, credit;
  int width = 0, height = 0;
  int people = 0;                           // how many can be recognised, as the teller says
  std::string state;                        // shown, hidden (somebody took the consent back), dropped (by an editor or the teller)
  Instant changed;
};
BOOST_DESCRIBE_STRUCT(Picture, (), (id, story, seq, kind, caption, credit, width, height, people, state, changed))

// One person on one picture. The names are sealed; the code lets somebody without an account take the consent back.
struct Consent {
  std::int64_t id = 0, picture = 0, story = 0;
  std::string name_sealed, guardian_sealed; // guardian: of a minor, who agreed
  bool minor = false;
  std::string how;                          // self, written, spoken
  access::AccountId recorded_by;
  std::string code_hash, code_sealed;       // the code is shown to the teller, who hands it on
  Instant given, withdrawn;                 // withdrawn 0: it stands
  std::string withdrawn_how;                // code, teller, editor
};
BOOST_DESCRIBE_STRUCT(Consent, (), (id, picture, story, name_sealed, guardian_sealed, minor, how, recorded_by, code_hash, code_sealed, given, withdrawn, withdrawn_how))

// What was wrong in print and how it is right (更正); the printed text itself is never changed.
struct Correction {
  std::int64_t id = 0, story = 0;
  std::string was, right_words;
  access::AccountId by;
  Instant at;
};
BOOST_DESCRIBE_STRUCT(Correction, (), (id, story, was, right_words, by, at))

}  // namespace tx::culture
