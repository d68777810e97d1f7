#include "platform/http/assets.h"

#include "platform/http/compress.h"
#include "platform/http/random.h"

namespace tx::http {
namespace {

std::string type_of(const std::string& name) {
  static const std::pair<const char*, const char*> kTypes[] = {
      {".css", "text/css; charset=utf-8"},      {".js", "text/javascript; charset=utf-8"},
      {".svg", "image/svg+xml"},                {".png", "image/png"},
      {".json", "application/json"},            {".webmanifest", "application/manifest+json"},
      {".woff2", "font/woff2"},                 {".pbf", "application/x-protobuf"}};
  for (const auto& [ending, type] : kTypes)
    if (name.ends_with(ending)) return type;
  return "application/octet-stream";
}

}  // namespace

Assets::Assets(const WebFiles& files) {
  constexpr std::string_view prefix = "assets/";
  for (const auto& file : files.names(prefix)) {
    Asset asset;
    asset.bytes = files.read(file).value_or("");
    asset.etag = keyed_hex("asset", asset.bytes).substr(0, 12);
    const std::string name = file.substr(prefix.size());
    asset.type = type_of(name);
    // The service worker script may be large once and is read once: quality 9 keeps the start below a second.
    if (asset.bytes.size() > 256 && !name.ends_with(".png") && !name.ends_with(".woff2")) {
      asset.gzip = compressed(asset.bytes, Coding::gzip, 9);
      asset.brotli = compressed(asset.bytes, Coding::brotli, 9);
    }
    assets_.emplace(name, std::move(asset));
  }
}

const Assets& Assets::embedded() {
  static const Assets assets(WebFiles::embedded());
  return assets;
}

std::string Assets::address(const std::string& name) const {
  const auto found = assets_.find(name);
  return "/assets/" + name + (found == assets_.end() ? "" : "?v=" + found->second.etag);
}

std::optional<Response> Assets::respond(const Request& request, const std::string& name) const {
  const auto found = assets_.find(name);
  if (found == assets_.end()) return std::nullopt;
  const Asset& asset = found->second;
  Response response;
  response.content_type = asset.type;
  // Lazy parts carry the hash in their name.
  const bool current = request.query["v"].text() == asset.etag || name.starts_with("part-");
  response.set_header("cache-control", current ? "public, max-age=31536000, immutable" : "public, no-cache");
  response.set_header("etag", "\"" + asset.etag + "\"");
  response.set_header("vary", "accept-encoding");
  if (request.header("if-none-match") == "\"" + asset.etag + "\"") {
    response.status = 304;
    return response;
  }
  const Coding coding = accepted_coding(request.header("accept-encoding"));
  const std::string& coded = coding == Coding::brotli ? asset.brotli : asset.gzip;
  if (coding == Coding::none || coded.empty()) {
    response.body = asset.bytes;
  } else {
    response.body = coded;
    response.set_header("content-encoding", coding_name(coding));
  }
  return response;
}

}  // namespace tx::http
