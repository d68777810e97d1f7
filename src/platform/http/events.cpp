#include "platform/http/events.h"

#include <algorithm>

namespace tx::http {
namespace {

std::string account_channel(access::AccountId account) { return "account/" + account.text(); }
std::string topic_channel(std::string_view topic) { return "topic/" + std::string(topic); }

}  // namespace

bool is_topic(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == ':' ||
           c == '-' || c == '_';
  });
}

std::string Listener::take() {
  std::lock_guard lock(mutex_);
  std::string out;
  for (const auto& message : queue_) out += message;
  queue_.clear();
  return out;
}

void Listener::add(const std::string& message) {
  bool first = false;
  {
    std::lock_guard lock(mutex_);
    first = queue_.empty();
    if (queue_.size() < kMaxQueue) queue_.push_back(message);
    else first = !overflowed_.exchange(true);
  }
  if (first && wake) wake();
}

Hub::Hub(const Clock& clock) : clock_(clock), forgotten_(clock.now().us), last_(forgotten_) {}

void Hub::replay(Listener& listener, std::int64_t since) const {
  std::vector<const Sent*> later;
  for (auto sent = kept_.rbegin(); sent != kept_.rend() && sent->number > since; ++sent)
    if (std::find(listener.channels_.begin(), listener.channels_.end(), sent->channel) != listener.channels_.end()) later.push_back(&*sent);
  if (since < forgotten_ || later.size() > kReplayed)
    return listener.add("id: " + std::to_string(last_) + "\nevent: missed\ndata: {}\n\n");
  for (auto sent = later.rbegin(); sent != later.rend(); ++sent) listener.add((*sent)->message);
}

bool Hub::join(const std::shared_ptr<Listener>& listener, std::vector<std::string> topics, std::int64_t since) {
  std::lock_guard lock(mutex_);
  if (count_ >= kMaxListeners) return false;
  ++count_;
  if (listener->account) listener->channels_.push_back(account_channel(listener->account));
  for (const auto& topic : topics) listener->channels_.push_back(topic_channel(topic));
  for (const auto& channel : listener->channels_) channels_[channel].insert(listener);
  if (since != 0) replay(*listener, since);
  return true;
}

void Hub::leave(const std::shared_ptr<Listener>& listener) {
  std::lock_guard lock(mutex_);
  --count_;
  for (const auto& channel : listener->channels_) {
    const auto found = channels_.find(channel);
    if (found == channels_.end()) continue;
    found->second.erase(listener);
    if (found->second.empty()) channels_.erase(found);
  }
}

std::size_t Hub::listeners() const {
  std::lock_guard lock(mutex_);
  return count_;
}

void Hub::publish(access::AccountId account, std::string_view event, const Json& data) {
  send(account_channel(account), event, data);
}
void Hub::publish_topic(std::string_view topic, std::string_view event, const Json& data) {
  send(topic_channel(topic), event, data);
}

void Hub::send(const std::string& channel, std::string_view event, const Json& data) {
  std::string name(event);
  std::erase_if(name, [](char c) { return c == '\n' || c == '\r'; });
  const std::string text = "\nevent: " + name + "\ndata: " + data.dump() + "\n\n";  // dump() has no line ends
  std::lock_guard lock(mutex_);
  const auto number = last_ = std::max(last_, clock_.now().us) + 1;   // later than every page that was asked for before
  kept_.push_back({number, channel, "id: " + std::to_string(number) + text});
  if (const auto found = channels_.find(channel); found != channels_.end())
    for (const auto& listener : found->second) listener->add(kept_.back().message);
  if (kept_.size() > kKept) {
    forgotten_ = kept_.front().number;
    kept_.pop_front();
  }
}

}  // namespace tx::http
