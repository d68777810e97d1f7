#include "platform/storage/record_sql.h"

#include "platform/storage/testing.h"

namespace tx::storage {
namespace {

BOOST_DEFINE_ENUM_CLASS(Colour, red, green)
struct Tag;
struct Everything {
  Id<Tag> id;
  bool flag = false;
  int small = 0;
  double real = 0;
  std::string text;
  Instant at;
  Minutes minutes;
  Money money;
  Date day;
  Colour colour = Colour::red;
  Json json;
  std::optional<std::int64_t> maybe, empty;
  std::vector<std::string> list;
};
BOOST_DESCRIBE_STRUCT(Everything, (), (id, flag, small, real, text, at, minutes, money, day, colour, json, maybe,
                                       empty, list))

std::vector<Migration> schema() {
  return {{50, "everything",
           "create table everything (id bigint primary key, flag smallint, small integer, real double precision,"
           " text text, at bigint, minutes integer, money bigint, day integer, colour text, json text, maybe bigint,"
           " empty bigint, list text);"}};
}

class RecordSqlTest : public trial::StoreTest {};

TEST_P(RecordSqlTest, RecordsComeBackWhole) {
  auto store = fresh(schema());
  Everything one;
  one.flag = true;
  one.small = -7;
  one.real = 2.5;
  one.text = "同心县";
  one.at = instant_of(Date::of(2026, 11, 24), 9, 30);
  one.minutes = {90};
  one.money = {123'456};
  one.day = Date::of(2024, 2, 29);
  one.colour = Colour::green;
  one.json = Json::of({{"a", Json::array().push(1).push("二")}});
  one.maybe = 3'000'000'000;
  one.list = {"x", "y"};
  ASSERT_TRUE((*store)->write([&](Tx& tx) -> Result<Json> {
    one.id = Id<Tag>{tx.new_id()};
    insert(tx, "everything", one);
    return Json();
  }));
  auto same = [&](const Everything& expected) {
    const auto found = find<Everything>(*(*store)->read(), "select * from everything where id = $1", expected.id);
    ASSERT_TRUE(found);
    EXPECT_EQ(to_json(*found).dump(), to_json(expected).dump());
    EXPECT_EQ(found->empty, std::nullopt);
  };
  same(one);
  one.text = "changed";
  one.flag = false;
  one.maybe.reset();
  ASSERT_TRUE((*store)->write([&](Tx& tx) -> Result<Json> {
    EXPECT_EQ(update(tx, "everything", one), 1);
    Everything absent = one;
    absent.id = {1};
    EXPECT_EQ(update(tx, "everything", absent), 0);
    return Json();
  }));
  same(one);
  const auto red = select<Everything>(*(*store)->read(), "select * from everything where colour = $1", Colour::red);
  EXPECT_TRUE(red.empty());
  EXPECT_EQ(scalar<Date>(*(*store)->read(), "select day from everything"), one.day);
}

TX_ON_BOTH_ENGINES(RecordSqlTest);

TEST(RecordSql, StatementTexts) {
  const char* const columns[] = {"id", "name", "at"};
  EXPECT_EQ(insert_sql("t", columns), "insert into t (id, name, at) values ($1, $2, $3)");
  EXPECT_EQ(update_sql("t", columns), "update t set name = $2, at = $3 where id = $1");
}

}  // namespace
}  // namespace tx::storage
