#include "healer/landing.h"

#include <fmt/format.h>

#include "base/program.h"
#include "healer/documents.h"

namespace healer {
namespace {

// Alerts name things: none of it may become markup.
std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

constexpr std::string_view kHead = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="10"><title>Salus healer</title>
<style>
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #8884}
.policy{font-size:1.4rem;font-weight:600}.bad{color:#c0392b}.good{color:#1e8449}
</style></head><body><h1>Salus healer</h1>
)";

std::string row(const IncidentView& incident) {
  const std::string id = escape(incident.id);
  return fmt::format(
      "<tr><td><a href=\"/api/v1/incidents/{0}\">{0}</a><td>{1}<td>{2}<td>{3}<td>{4}<td>{5}</tr>\n", id,
      escape(to_string(incident.state)), escape(incident.target.name), escape(incident.subsystem),
      incident.actions, escape(base::rfc3339(incident.opened_at)));
}

}  // namespace

std::string landing_page(const View& view) {
  std::string page(kHead);
  page += fmt::format("<p class=\"policy {}\">Trading policy: {}</p>\n",
                      may_open_positions(view.policy.policy) ? "good" : "bad", to_string(view.policy.policy));
  for (const std::string& cause : view.policy.causes)
    page += fmt::format("<p>because of {}</p>\n", escape(cause));
  if (view.pause_reason) {
    page += fmt::format("<p class=\"bad\">Healing is paused{}: {}</p>\n",
                        view.paused_until ? " until " + base::rfc3339(*view.paused_until) : "",
                        escape(*view.pause_reason));
  }
  if (!view.journal_ok) page += "<p class=\"bad\">The journal cannot be written: nothing is healed.</p>\n";
  if (view.watchdog_silent)
    page += "<p class=\"bad\">The Watchdog alert is silent: monitoring may be down.</p>\n";

  std::string rows;
  for (const IncidentView& incident : view.incidents) {
    if (is_open(incident.state)) rows += row(incident);
  }
  if (rows.empty()) {
    page += "<p>No open incidents.</p>\n";
  } else {
    page += "<table><tr><th>incident<th>state<th>target<th>subsystem<th>actions<th>opened</tr>\n" + rows +
            "</table>\n";
  }
  page += fmt::format(
      "<p><a href=\"/api/v1/incidents\">incidents</a> · <a href=\"/policy\">policy</a> · "
      "<a href=\"/health/system\">health</a> · <a href=\"/metrics\">metrics</a></p>\n"
      "<p><small>salus-healer {}, {}</small></p></body></html>\n",
      base::version(), base::rfc3339(view.at));
  return page;
}

}  // namespace healer
