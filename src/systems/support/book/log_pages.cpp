// The log for everybody: its head, its tiles (C2SP tlog-tiles), proofs, who holds its heads, and the door for other logs that
// want to be witnessed here. Nothing on these pages names a person. The officers' side (whole check, witnesses, erasing) is
// in log_desk.cpp.
#include "engines/ledger/note.h"
#include "engines/ledger/tiles.h"
#include "platform/storage/record_sql.h"
#include "systems/support/book/witnesses.h"

namespace tx::support {
namespace {

using access::Access;
using http::Context;
using http::Response;

constexpr char kOpen[] = "hashes and signatures of the log name nobody";

Result<Response> log_page(const Book& book, Context& context) {
  const auto now = head(context.reader);
  Json held = Json::array();
  for (const auto& one : latest_cosignatures(context.reader))
    held.push(Json::of({{"name", one.witness}, {"size", std::to_string(one.size)}, {"when", local_text(one.at)}, {"behind", std::to_string(now.size - one.size)}}));
  const auto opened = ledger::open_note(now.note, {book.key()});
  return context.page("support/log", Json::of({{"title", context.text("log.title")}, {"size", std::to_string(now.size)},
                                               {"root", opened ? ledger::hex(opened->checkpoint.root) : ""}, {"has_head", opened.has_value()}, {"note", now.note},
                                               {"log_key", ledger::verifier_key(book.key(), 1)}, {"sm2_key", ledger::base64(book.sm2_key().open)},
                                               {"witness_key", ledger::verifier_key(book.witness_key(), 4)}, {"held", held}, {"none_held", held.size() == 0},
                                               {"watched_count", std::to_string(watched_logs(context.reader).size())}}));
}

// The path behind /log/tile/, put together again from the arguments of the route.
Result<Response> tile_page(Context& context) {
  std::string path;
  for (const auto& [name, value] : context.arguments) path += (path.empty() ? "" : "/") + value;
  const auto tile = ledger::read_tile_path(path);
  if (!tile || !ledger::tile_exists(*tile, static_cast<std::uint64_t>(head(context.reader).size))) return refuse(Kind::not_found, "http.not_found");
  const auto from = static_cast<std::int64_t>(tile->index * ledger::kTileWidth), to = from + tile->width;
  std::string bytes;
  if (tile->level < 0) {
    std::vector<std::string> entries;
    for (const auto& row : storage::query(context.reader, "select leaf from log_leaf where seq >= $1 and seq < $2 order by seq", from, to).rows)
      entries.push_back(std::get<std::string>(row[0]));
    bytes = ledger::entry_bundle(entries);
  } else {
    for (const auto& row : storage::query(context.reader, "select hash from log_node where level = $1 and place >= $2 and place < $3 order by place",
                                          8 * tile->level, from, to).rows)
      bytes += std::get<storage::Blob>(row[0]).bytes;
  }
  auto response = Response::file(std::move(bytes), "application/octet-stream");
  return response.set_header("cache-control", "public, max-age=31536000, immutable");
}

struct Raw {
  Json body;   // every byte as it came
};
BOOST_DESCRIBE_STRUCT(Raw, (), (body))

void add_witness_door(http::Router& router, const Book& book) {
  router.command<Raw>(
      {.name = "witness.add_checkpoint", .path = "/witness/add-checkpoint",
       .access = Access::everyone("another log proves itself by its signature (C2SP tlog-witness)"),
       .prepare = [](Context& context, Json input) -> Result<Json> { return input.set("body", context.request.body); },
       .finish = [](Response& response, const Json& answer) {
         response = Response::text(answer["body"].text(), static_cast<int>(answer["status"].integer()));
         if (response.status == 409) response.content_type = "text/x.tlog.size";
       },
       .replayed = false},
      [&book](storage::Tx& tx, const http::CommandContext&, const Raw& input) -> Result<Json> {
        const auto answer = witness_head(tx, book, input.body.text());
        return Json::of({{"status", answer.status}, {"body", answer.body}});
      });
}

void add_proof_queries(http::Router& router) {
  router.query("log.leaves", "/api/log/leaves", Access::everyone("leaves are salted commitments"), [](Context& context) -> Result<Json> {
    const auto from = std::max<std::int64_t>(0, std::atoll(context.request.query["from"].text().c_str()));
    Json leaves = Json::array();
    for (const auto& row : storage::query(context.reader, "select leaf from log_leaf where seq >= $1 order by seq limit 1000", from).rows)
      leaves.push(std::get<std::string>(row[0]));
    return Json::of({{"from", from}, {"leaves", leaves}, {"checkpoint", head(context.reader).note}});
  });
  router.query("log.consistency", "/api/log/consistency", Access::everyone(kOpen), [](Context& context) -> Result<Json> {
    const auto first = std::atoll(context.request.query["first"].text().c_str()), second = std::atoll(context.request.query["second"].text().c_str());
    if (first < 1 || second < first || second > head(context.reader).size) return refuse(Kind::invalid, "record.log_range", "second");
    Json hashes = Json::array();
    for (const auto& hash : ledger::consistency_proof(node_source(context.reader), static_cast<std::uint64_t>(first), static_cast<std::uint64_t>(second)))
      hashes.push(ledger::hex(hash));
    return Json::of({{"first", first}, {"second", second}, {"hashes", hashes}});
  });
}

}  // namespace

void add_log_routes(http::Router& router, const Book& book) {
  router.page("log.page", "/log", Access::everyone(kOpen), [&book](Context& context) { return log_page(book, context); });
  router.page("log.checkpoint", "/log/checkpoint", Access::everyone(kOpen), [](Context& context) -> Result<Response> {
    return Response::text(head(context.reader).note);
  });
  // The newest head that an outside party has cosigned, with its line: what a careful reader compares.
  router.page("log.held", "/log/held", Access::everyone(kOpen), [](Context& context) -> Result<Response> {
    std::string text;
    for (const auto& one : latest_cosignatures(context.reader)) text += (text.empty() ? "" : "\n") + one.note;
    return Response::text(text);
  });
  // The check that asks no server: on the site, and as one file to keep.
  router.page("verify.offline", "/verify/offline", Access::everyone("everybody may check without asking the server"), [&book](Context& context) -> Result<Response> {
    const std::string keys = ledger::verifier_key(book.key(), 1) + "\n" + ledger::base64(book.sm2_key().open);
    return context.page("support/offline", Json::of({{"title", context.text("offline.title")}, {"keys", keys}}));
  });
  router.page("verify.offline_file", "/verify/offline/tongxin-verify.html", Access::everyone("everybody may check without asking the server"),
              [](Context&) -> Result<Response> {
                auto page = http::WebFiles::embedded().read("assets/tongxin-verify.html");
                if (!page) return refuse(Kind::not_found, "http.not_found");
                return Response::file(std::move(*page), "text/html; charset=utf-8", "tongxin-verify.html");
              });
  std::string path = "/log/tile/{level}";
  for (const char* part : {"{a}", "{b}", "{c}", "{d}", "{e}"}) {
    path += std::string("/") + part;
    router.page("log.tile_" + std::string(part).substr(1, 1), path, Access::everyone(kOpen), tile_page);
  }
  add_witness_door(router, book);
  add_proof_queries(router);
}

}  // namespace tx::support
