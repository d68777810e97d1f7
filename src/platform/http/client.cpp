#include "platform/http/client.h"

#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <memory>

namespace tx::http {
namespace {

constexpr std::size_t kAnswerMost = 64 << 10;

struct Bio {
  BIO* handle = nullptr;
  ~Bio() { BIO_free_all(handle); }
};
using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;

struct Url {
  bool secure = false;
  std::string host, port, path;
};

bool read_url(const std::string& text, Url& url) {
  url.secure = text.starts_with("https://");
  if (!url.secure && !text.starts_with("http://")) return false;
  const auto start = text.find("//") + 2, slash = text.find('/', start);
  url.host = text.substr(start, slash - start);
  url.path = slash == std::string::npos ? "/" : text.substr(slash);
  url.port = url.secure ? "443" : "80";
  if (const auto colon = url.host.rfind(':'); colon != std::string::npos && url.host.back() != ']') {
    url.port = url.host.substr(colon + 1);
    url.host.resize(colon);
  }
  return !url.host.empty() && url.host.find_first_of(" \r\n@") == std::string::npos && url.path.find_first_of(" \r\n") == std::string::npos;
}

BIO* connected(const Url& url, SSL_CTX* context, int timeout_s) {
  BIO* bio = url.secure ? BIO_new_ssl_connect(context) : BIO_new(BIO_s_connect());
  if (!bio) return nullptr;
  if (url.secure) {
    SSL* ssl = nullptr;
    BIO_get_ssl(bio, &ssl);
    SSL_set_tlsext_host_name(ssl, url.host.c_str());
    SSL_set1_host(ssl, url.host.c_str());
  }
  BIO_set_conn_hostname(bio, url.host.c_str());
  BIO_set_conn_port(bio, url.port.c_str());
  if (BIO_do_connect_retry(bio, timeout_s, 50) != 1 || (url.secure && BIO_do_handshake(bio) != 1)) {
    BIO_free_all(bio);
    return nullptr;
  }
  int handle = -1;
  BIO_get_fd(bio, &handle);
  const timeval limit{timeout_s, 0};
  ::setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(handle, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  return bio;
}

}  // namespace

std::pair<int, std::string> post(const std::string& address, const std::string& body, const std::string& content_type, int timeout_s) {
  Url url;
  if (!read_url(address, url)) return {0, "address"};
  Context context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  SSL_CTX_set_default_verify_paths(context.get());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  const Bio bio{connected(url, context.get(), timeout_s)};
  if (!bio.handle) return {0, "connect"};
  const bool usual = url.port == (url.secure ? "443" : "80");
  const std::string request = "POST " + url.path + " HTTP/1.1\r\nhost: " + url.host + (usual ? "" : ":" + url.port) + "\r\ncontent-type: " + content_type +
                              "\r\ncontent-length: " + std::to_string(body.size()) + "\r\nconnection: close\r\n\r\n" + body;
  for (std::size_t sent = 0; sent < request.size();) {
    const int part = BIO_write(bio.handle, request.data() + sent, static_cast<int>(request.size() - sent));
    if (part <= 0) return {0, "send"};
    sent += static_cast<std::size_t>(part);
  }
  std::string answer;
  char buffer[4096];
  for (int part; answer.size() < kAnswerMost && (part = BIO_read(bio.handle, buffer, sizeof buffer)) > 0;) answer.append(buffer, static_cast<std::size_t>(part));
  const auto end = answer.find("\r\n\r\n");
  if (!answer.starts_with("HTTP/1.") || answer.size() < 12 || end == std::string::npos) return {0, "answer"};
  return {std::atoi(answer.c_str() + 9), answer.substr(end + 4)};
}

}  // namespace tx::http
