#include "healer/notify/notice_json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text/json.h"
#include "healer/notify/message.h"

namespace healer::notify {
namespace {

using nlohmann::json;

json pairs_json(const Notice::Pairs& pairs, const char* name, const char* value) {
  json list = json::array();
  for (const auto& pair : pairs) list.push_back({{name, pair.first}, {value, pair.second}});
  return list;
}

Notice::Pairs read_pairs(const json& document, const char* key, const char* name, const char* value) {
  Notice::Pairs pairs;
  for (const json& item : document.value(key, json::array())) {
    pairs.emplace_back(item.at(name).get<std::string>(), item.at(value).get<std::string>());
  }
  return pairs;
}

json to_json(const Notice& notice) {
  return {{"kind", to_string(notice.kind)},
          {"incident", notice.incident},
          {"subsystem", notice.subsystem},
          {"severity", notice.severity},
          {"title", notice.title},
          {"detail", notice.detail},
          {"more", notice.more},
          {"fields", pairs_json(notice.fields, "name", "value")},
          {"links", pairs_json(notice.links, "name", "url")},
          {"key", notice.key},
          {"container", notice.container},
          {"playbook", notice.playbook},
          {"action", notice.action},
          {"next_step", notice.next_step},
          {"time", base::rfc3339(notice.at)}};
}

std::string dump(const json& document) {
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

constexpr Markup kPlain{
    .bold = "", .limit = 100'000, .link = [](std::string_view name, std::string_view url) {
      return fmt::format("{}: {}", name, url);
    }};

}  // namespace

std::string encode(const Notice& notice) { return dump(to_json(notice)); }

base::Result<Notice> decode(std::string_view text) {
  const auto document = base::parse_json(text);
  if (!document) return std::unexpected(document.error());
  try {
    const auto kind = parse_notice_kind(document->at("kind").get<std::string>());
    if (!kind) return base::fail("unknown notice kind \"{}\"", document->at("kind").get<std::string>());
    const auto at = base::parse_rfc3339(document->at("time").get<std::string>());
    if (!at) return std::unexpected(at.error());
    return Notice{.kind = *kind,
                  .incident = document->value("incident", ""),
                  .subsystem = document->value("subsystem", ""),
                  .severity = document->value("severity", ""),
                  .title = document->value("title", ""),
                  .detail = document->value("detail", ""),
                  .more = document->value("more", std::vector<std::string>()),
                  .fields = read_pairs(*document, "fields", "name", "value"),
                  .links = read_pairs(*document, "links", "name", "url"),
                  .key = document->value("key", ""),
                  .at = *at,
                  .container = document->value("container", ""),
                  .playbook = document->value("playbook", ""),
                  .action = document->value("action", ""),
                  .next_step = document->value("next_step", "")};
  } catch (const json::exception& error) {
    return base::fail("invalid notice: {}", error.what());
  }
}

std::string webhook_body(const Notice& notice, const Wording& wording) {
  const Notice safe = masked(notice);
  json document = to_json(safe);
  document["detail"] = safe.whole_detail();
  document.erase("more");
  document["next_step"] = next_step_of(safe);
  document["version"] = 1;
  document["stack"] = wording.stack;
  document["text"] = message_text(notice, wording, kPlain);
  return dump(document);
}

std::string test_json(const std::vector<std::pair<std::string, Delivery>>& results) {
  json list = json::array();
  for (const auto& [name, delivery] : results) {
    using Status = Delivery::Status;
    const char* const outcome = delivery.status == Status::kDelivered ? "delivered"
                                : delivery.status == Status::kRetry   ? "retry"
                                                                      : "refused";
    list.push_back({{"notifier", name}, {"outcome", outcome}, {"error", delivery.error}});
  }
  return dump(list);
}

}  // namespace healer::notify
