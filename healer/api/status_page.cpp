#include "healer/api/status_page.h"

#include <fmt/format.h>

#include "base/program.h"
#include "base/text/html.h"
#include "healer/api/json_views.h"
#include "healer/model/policy/policy_document.h"

namespace healer {
namespace {

constexpr std::string_view kHead = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="10"><title>Salus healer</title>
<style>)";
constexpr std::string_view kStyle = R"(
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #8884}
.policy{font-size:1.4rem;font-weight:600}.bad{color:#c0392b}.good{color:#1e8449}
)";
constexpr std::string_view kTitle = R"(</style></head><body><h1>Salus healer</h1>
)";

std::string row(const IncidentView& incident, const View& view) {
  const Approval* approval = pending_approval(incident, view);
  const std::string id = base::escape_html(incident.id);
  return fmt::format(
      "<tr><td><a href=\"/api/v1/incidents/{0}\">{0}</a><td>{1}<td>{2}<td>{3}<td>{4}<td>{5}<td>{6}</tr>\n",
      id, base::escape_html(to_string(incident.state)), base::escape_html(incident.target.name),
      base::escape_html(incident.subsystem), incident.actions,
      base::escape_html(base::rfc3339(incident.opened_at)),
      approval == nullptr ? base::escape_html(incident.waits_for)
                          : fmt::format("approval {} of {}", base::escape_html(approval->id),
                                        base::escape_html(approval->action)));
}

}  // namespace

std::string_view landing_style() { return kStyle; }

std::string landing_page(const View& view) {
  std::string page(kHead);
  page += kStyle;
  page += kTitle;
  page += fmt::format("<p class=\"policy {}\">Trading policy: {}</p>\n",
                      may_open_positions(view.policy) ? "good" : "bad", to_string(view.policy.policy));
  const policy::Permissions& permissions = view.policy.permissions;
  page += fmt::format("<p>New positions: {} · stops: {} · existing positions: {} · trading: {}</p>\n",
                      to_string(permissions.new_positions), to_string(permissions.stops),
                      to_string(permissions.existing_positions), to_string(permissions.trading));
  for (const std::string& cause : view.policy.causes)
    page += fmt::format("<p>because of {}</p>\n", base::escape_html(cause));
  if (view.pause_reason) {
    page += fmt::format("<p class=\"bad\">Healing is paused{}: {}</p>\n",
                        view.paused_until ? " until " + base::rfc3339(*view.paused_until) : "",
                        base::escape_html(*view.pause_reason));
  }
  if (!view.journal_ok) page += "<p class=\"bad\">The journal cannot be written: nothing is healed.</p>\n";
  if (view.watchdog_silent)
    page += "<p class=\"bad\">The Watchdog alert is silent: monitoring may be down.</p>\n";

  std::string rows;
  for (const IncidentView& incident : view.incidents) {
    if (is_open(incident.state)) rows += row(incident, view);
  }
  if (rows.empty()) {
    page += "<p>No open incidents.</p>\n";
  } else {
    page +=
        "<table><tr><th>incident<th>state<th>target<th>subsystem<th>actions<th>opened<th>waits for</tr>\n" +
        rows + "</table>\n";
  }
  page += fmt::format(
      "<p><a href=\"/api/v1/incidents\">incidents</a> · <a href=\"/policy\">policy</a> · "
      "<a href=\"/health/system\">health</a> · <a href=\"/reports\">reports</a> · <a "
      "href=\"/metrics\">metrics</a></p>\n"
      "<p><small>salus-healer {}, {}</small></p></body></html>\n",
      base::version(), base::rfc3339(view.at));
  return page;
}

}  // namespace healer
