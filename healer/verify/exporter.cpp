#include "healer/verify/exporter.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/http/url.h"
#include "base/text/json.h"

namespace healer::checks {

using nlohmann::json;

namespace {

// json::value() throws if the member exists and is not a string.
std::string text_of(const json& object, const char* key, const char* otherwise) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : otherwise;
}

// The exporter's own 404. Any other one comes from a server that is not the exporter.
bool lacks_collector(int status, const base::Result<json>& document) {
  return status == 404 && document && document->is_object() &&
         text_of(*document, "error", "").starts_with("unknown collector");
}

}  // namespace

Exporter::Exporter(std::string url, base::http::ClientOptions options)
    : client_(url, std::move(options)), url_(std::move(url)) {}

base::Result<Refreshed> Exporter::refresh(const std::vector<std::string>& collectors,
                                          base::Deadline deadline) const {
  auto all = refresh_all(collectors, deadline);
  if (!all) return std::unexpected(all.error());
  if (*all) return **std::move(all);
  // One by one, because the answer does not say which of them are missing.
  Refreshed refreshed;
  for (const std::string& collector : collectors) {
    const auto one = refresh_all({collector}, deadline);
    if (!one) return std::unexpected(one.error());
    if (!*one) refreshed.missing.push_back(collector);
  }
  return refreshed;
}

base::Result<std::optional<Refreshed>> Exporter::refresh_all(const std::vector<std::string>& collectors,
                                                             base::Deadline deadline) const {
  std::string path = "/api/v1/refresh";
  for (std::size_t i = 0; i < collectors.size(); ++i) {
    path += (i == 0 ? "?collector=" : "&collector=") + base::percent_encode(collectors[i]);
  }
  const auto answer = client_.post(path, "", "application/json", deadline);
  if (!answer) return std::unexpected(answer.error());
  const auto document = base::parse_json(answer->body);
  if (!collectors.empty() && lacks_collector(answer->status, document)) return std::nullopt;
  if (answer->status != 200 || !document || !document->is_object() || !document->contains("data") ||
      !(*document)["data"].is_array()) {
    return base::fail("{}: refresh: status {}", url_, answer->status);
  }
  std::size_t succeeded = 0;
  for (const json& run : (*document)["data"]) {
    const auto success = run.is_object() ? run.find("success") : run.end();
    if (!run.is_object() || success == run.end() || !success->is_boolean()) {
      return base::fail("{}: refresh: an answer without `success`", url_);
    }
    if (!success->get<bool>()) {
      return base::fail("{}: refresh of {} failed: {}", url_, text_of(run, "collector", "a collector"),
                        text_of(run, "error", "no reason given"));
    }
    ++succeeded;
  }
  if (succeeded < std::max<std::size_t>(collectors.size(), 1)) {
    return base::fail("{}: refresh: {} of {} collectors answered", url_, succeeded, collectors.size());
  }
  return Refreshed{};
}

base::Result<std::vector<std::string>> Exporter::last_log_events(const std::string& source, std::size_t limit,
                                                                 base::Deadline deadline) const {
  const auto answer = client_.get(
      fmt::format("/api/v1/log-events?source={}&limit={}", base::percent_encode(source), limit), deadline);
  if (!answer) return std::unexpected(answer.error());
  const auto document = base::parse_json(answer->body);
  if (answer->status != 200 || !document || !document->is_object() || !document->contains("data") ||
      !(*document)["data"].is_array()) {
    return base::fail("{}: log-events: status {}", url_, answer->status);
  }
  std::vector<std::string> events;
  for (const json& event : (*document)["data"]) {
    if (event.is_object()) events.push_back(text_of(event, "text", ""));
  }
  std::ranges::reverse(events);
  return events;
}

}  // namespace healer::checks
