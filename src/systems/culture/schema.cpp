// All tables of the culture room, migration block 350-399. Names of persons pictured are sealed by the vault.
#include "systems/culture/culture.h"

namespace tx::culture {
namespace {

constexpr char kStories[] = R"sql(
create table story (
  id bigint primary key,
  teller bigint not null,
  region text not null,
  title text not null,
  words text not null,
  signed_as text not null,
  activity bigint not null,
  need bigint not null,
  organisation bigint not null,
  language text not null,
  kicker text not null,
  headline text not null,
  subhead text not null,
  body text not null,
  byline text not null,
  source text not null,
  first_by bigint not null,
  second_by bigint not null,
  third_by bigint not null,
  state text not null,
  due bigint not null,
  issue bigint not null,
  page integer not null,
  place integer not null,
  search text not null,
  created bigint not null,
  published bigint not null
);
create index story_by_state on story (state, region);
create index story_by_teller on story (teller, created);
create index story_by_issue on story (issue, page, place);
create index story_by_published on story (published);

create table story_picture (
  id bigint primary key,
  story bigint not null,
  seq integer not null,
  kind text not null,
  caption text not null,
  credit text not null,
  width integer not null,
  height integer not null,
  people integer not null,
  state text not null,
  changed bigint not null,
  bytes bytea not null
);
create index story_picture_by_story on story_picture (story, seq);

create table picture_consent (
  id bigint primary key,
  picture bigint not null,
  story bigint not null,
  name_sealed text not null,
  guardian_sealed text not null,
  minor integer not null,
  how text not null,
  recorded_by bigint not null,
  code_hash text not null unique,
  code_sealed text not null,
  given bigint not null,
  withdrawn bigint not null,
  withdrawn_how text not null
);
create index picture_consent_by_story on picture_consent (story);

create table story_correction (
  id bigint primary key,
  story bigint not null,
  was text not null,
  right_words text not null,
  by bigint not null,
  at bigint not null
);
create index story_correction_by_story on story_correction (story);
)sql";

constexpr char kPeriodical[] = R"sql(
create table paper (
  id bigint primary key,
  region text not null,
  name text not null,
  name_en text not null,
  motto text not null,
  publisher text not null,
  licence_kind text not null,
  licence_no text not null,
  size text not null,
  language text not null,
  demonstration integer not null,
  created bigint not null
);
create table issue (
  id bigint primary key,
  paper bigint not null,
  number bigint not null,
  day bigint not null,
  region text not null,
  state text not null,
  due bigint not null,
  made_by bigint not null,
  proof1_by bigint not null,
  proof2_by bigint not null,
  proof3_by bigint not null,
  signed_by bigint not null,
  created bigint not null,
  published bigint not null
);
create unique index issue_by_day on issue (paper, day);
create unique index issue_by_number on issue (paper, number);
create table issue_page (
  id bigint primary key,
  issue bigint not null,
  number integer not null,
  section text not null,
  version integer not null,
  note text not null,
  changed bigint not null
);
create unique index issue_page_by_number on issue_page (issue, number);
-- A published page as it was laid out; kept, so that the archive does not change with the fonts of a machine.
create table page_sheet (
  page bigint not null,
  version integer not null,
  svg text not null,
  thumb bytea not null,
  pdf bytea not null,
  zones text not null,
  made bigint not null,
  primary key (page, version)
);
)sql";

constexpr char kDays[] = R"sql(
create table culture_plan (
  id bigint primary key,
  day_code text not null,
  year integer not null,
  region text not null,
  title text not null,
  words text not null,
  from_day bigint not null,
  to_day bigint not null,
  organisation bigint not null,
  made_by bigint not null,
  created bigint not null,
  state text not null
);
create index culture_plan_by_year on culture_plan (year, day_code, region);
)sql";

// Counting a whole region takes seconds: the last count is kept, with its time.
constexpr char kCircle[] = R"sql(
create table circle_figure (
  id bigint primary key,
  gave bigint not null,
  received bigint not null,
  both_ways bigint not null,
  at bigint not null
);
)sql";

constexpr char kMarks[] = R"sql(
create table mark_licence (
  id bigint primary key,
  number text not null,
  organisation bigint not null,
  region text not null,
  purpose text not null,
  words text not null,
  state text not null,
  due bigint not null,
  from_day bigint not null,
  until_day bigint not null,
  asked_by bigint not null,
  decided_by bigint not null,
  created bigint not null,
  decided bigint not null
);
create index mark_licence_by_organisation on mark_licence (organisation);
create index mark_licence_by_state on mark_licence (state, until_day);
)sql";

}  // namespace

std::vector<storage::Migration> migrations() {
  return {{350, "stories", kStories}, {351, "periodical", kPeriodical}, {352, "days of the volunteer year", kDays}, {353, "the circle", kCircle}, {354, "mark licences", kMarks}};
}

}  // namespace tx::culture
