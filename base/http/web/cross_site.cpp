#include "base/http/web/cross_site.h"

#include <strings.h>

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <string_view>

namespace base::http {
namespace {

std::string lower(std::string_view text) {
  std::string lowered(text);
  for (char& c : lowered) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lowered;
}

std::string trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(" \t") - begin + 1));
}

// host:port in lower case; without the port that http or https implies.
std::string without_usual_port(std::string authority) {
  for (const std::string_view usual : {":80", ":443"}) {
    if (authority.ends_with(usual)) authority.erase(authority.size() - usual.size());
  }
  return authority;
}

// The authority of a URL; empty when there is none, as in the origin "null".
std::string authority_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  if (const auto at = url.rfind('@'); at != std::string_view::npos) url.remove_prefix(at + 1);
  return without_usual_port(lower(url));
}

std::string host_of(std::string_view authority) {
  if (authority.starts_with('[')) return std::string(authority.substr(0, authority.find(']') + 1));
  return std::string(authority.substr(0, authority.find(':')));
}

// Whether no other owner can serve pages under the name: an IP address, a name without a dot, or one in a
// domain that cannot be registered.
bool is_local_name(const std::string& host) {
  if (host.empty() || host.front() == '[' || host.find('.') == std::string::npos) return true;
  if (host.find_first_not_of("0123456789.") == std::string::npos) return true;
  return std::ranges::any_of(
      std::initializer_list<std::string_view>{".localhost", ".local", ".internal", ".lan", ".home.arpa"},
      [&](std::string_view domain) { return host.ends_with(domain); });
}

// The authorities of this server according to the request and the configuration.
std::vector<std::string> own_authorities(const Request& request, const SiteRules& rules) {
  std::vector<std::string> own;
  // A page of another site cannot set either header: the browser sets Host, and X-Forwarded-Host needs a CORS
  // preflight.
  for (const char* name : {"Host", "X-Forwarded-Host"}) {
    const std::string given = request.header(name).value_or("");
    if (!given.empty()) own.push_back(without_usual_port(lower(trimmed(given.substr(0, given.find(','))))));
  }
  if (rules.urls) {
    for (const std::string& url : rules.urls()) own.push_back(authority_of(url));
  }
  std::erase(own, "");
  return own;
}

bool contains(const std::vector<std::string>& list, const std::string& item) {
  return std::ranges::find(list, item) != list.end();
}

// Why the request counts as cross-site; empty when it does not.
std::string why_foreign(const Request& request, const SiteRules& rules) {
  const auto site = request.header("Sec-Fetch-Site");
  if (site && lower(*site) != "same-origin" && lower(*site) != "none") return "it comes from another site";
  const auto origin = request.header("Origin");
  // Sec-Fetch-Site comes first: it is the browser's own result, while names may have been changed by a proxy.
  // Without Origin, Referer is compared.
  const auto from = origin ? origin : request.header("Referer");
  if (!site && from) {
    if (request.headers.count("Origin") > 1) return "it has more than one origin";
    if (!contains(own_authorities(request, rules), authority_of(*from))) return "it comes from another site";
  }
  if (!rules.local_names_only || (!site && !from)) return "";
  const std::string host = without_usual_port(lower(request.header("Host").value_or("")));
  std::vector<std::string> urls = rules.urls ? rules.urls() : std::vector<std::string>();
  for (std::string& url : urls) url = authority_of(url);
  if (is_local_name(host_of(host)) || contains(urls, host)) return "";
  return "its host is not a name of this server";
}

bool has_form_body(const Request& request) {
  if (request.body.empty()) return false;
  std::string type = lower(request.header("Content-Type").value_or(""));
  type = trimmed(type.substr(0, type.find(';')));
  return type == "application/x-www-form-urlencoded" || type == "multipart/form-data" || type == "text/plain";
}

}  // namespace

std::optional<Response> refuse_cross_site(const Request& request, const SiteRules& rules) {
  if (request.method == "GET" || request.method == "HEAD") return std::nullopt;
  if (const std::string why = why_foreign(request, rules); !why.empty())
    return json_error(403, "a browser's request is refused: " + why);
  if (rules.no_form_bodies && has_form_body(request))
    return json_error(415, "a form is refused: send no body, or application/json");
  return std::nullopt;
}

}  // namespace base::http
