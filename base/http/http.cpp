#include "base/http/http.h"

#include <strings.h>

#include <nlohmann/json.hpp>

namespace base::http {

bool CaseInsensitiveLess::operator()(const std::string& a, const std::string& b) const {
  return strcasecmp(a.c_str(), b.c_str()) < 0;
}

std::optional<std::string> Request::header(const std::string& name) const {
  const auto found = headers.find(name);
  if (found == headers.end()) return std::nullopt;
  return found->second;
}

std::optional<std::string> Request::parameter(const std::string& name) const {
  const auto found = query.find(name);
  if (found == query.end()) return std::nullopt;
  return found->second;
}

Response text(int status, std::string body) {
  return {
      .status = status, .content_type = "text/plain; charset=utf-8", .body = std::move(body), .headers = {}};
}

Response json(int status, std::string body) {
  return {.status = status, .content_type = "application/json", .body = std::move(body), .headers = {}};
}

Response json_error(int status, std::string_view message) {
  const nlohmann::ordered_json document = {{"status", "error"}, {"error", message}};
  return json(status, document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace base::http
