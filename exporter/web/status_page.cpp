#include "exporter/web/status_page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/program.h"
#include "base/text/html.h"

namespace exporter {
namespace {

using base::escape_html;

constexpr std::string_view kHead = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>salus-exporter</title>
)";

constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; width: 100%; }
th, td { border-bottom: 1px solid #8884; padding: .3rem .8rem .3rem 0; text-align: left; vertical-align: top; }
td { overflow-wrap: anywhere; }
.failed { color: #c0392b; font-weight: bold; }
)";

constexpr std::string_view kLinks = R"(<ul>
<li><a href="/metrics">Metrics</a></li>
<li><a href="/api/v1/log-events">Log events</a>, <a href="/api/v1/log-patterns">log patterns</a></li>
<li><a href="/-/healthy">Healthy</a>, <a href="/-/ready">ready</a></li>
<li><a href="https://github.com/salus-project/salus/tree/main/docs">Documentation</a></li>
</ul>
)";

constexpr std::string_view kFailed = "<span class=\"failed\">failed</span>";

double seconds(base::Duration duration) { return std::chrono::duration<double>(duration).count(); }

// The cells are HTML.
std::string row(std::initializer_list<std::string> cells) {
  return fmt::format("<tr><td>{}</td></tr>\n", fmt::join(cells, "</td><td>"));
}

std::string collector_row(const View& view) {
  std::string state = "waits for its first run";
  std::string details;
  double took = 0;
  if (view.overdue) {
    state = "<span class=\"failed\">hangs</span>";
    took = seconds(view.lasting);
  } else if (view.last) {
    state = view.last->success ? "works" : std::string(kFailed);
    took = seconds(view.last->duration);
  }
  // Also for a collector that hangs: its last error often shows the reason.
  if (view.last) details = view.last->error;
  return row({escape_html(view.name), state, view.last ? base::rfc3339(view.last->began) : "",
              fmt::format("{:.3f} s", took), escape_html(details)});
}

std::string probe_row(const probes::Line& line) {
  const std::string name = escape_html(line.probe);
  const std::string kind = escape_html(line.kind);
  if (!line.seen) return row({name, kind, "waits for its first run", "", "", ""});
  const auto& [answer, duration, began, failures] = *line.seen;
  std::string state = "succeeds";
  if (!answer.success()) {
    state = fmt::format("<span class=\"failed\">{}</span>, {} in a row", probes::name(answer.failure.reason),
                        failures);
  }
  return row({name, kind, state, base::rfc3339(began.wall), fmt::format("{:.3f} s", seconds(duration)),
              escape_html(answer.failure.text)});
}

std::string subsystem_row(const base::Subsystem& subsystem) {
  return row({escape_html(subsystem.name), escape_html(subsystem.purpose), escape_html(subsystem.trading),
              escape_html(subsystem.container)});
}

std::string table(std::string_view title, std::initializer_list<std::string_view> columns,
                  const std::string& rows) {
  if (rows.empty()) return "";
  return fmt::format("<h2>{}</h2>\n<table>\n<tr><th>{}</th></tr>\n{}</table>\n", title,
                     fmt::join(columns, "</th><th>"), rows);
}

template <class Item>
std::string rows_of(const std::vector<Item>& items, std::string (*row_of)(const Item&)) {
  std::string rows;
  for (const Item& item : items) rows += row_of(item);
  return rows;
}

}  // namespace

std::string_view landing_style() { return kStyle; }

std::string landing_page(const std::vector<View>& collectors, const std::vector<base::Subsystem>& subsystems,
                         const std::vector<probes::Line>& probes) {
  std::string page(kHead);
  page += fmt::format("<style>{}</style>\n</head>\n<body>\n", kStyle);
  page += fmt::format("<h1>salus-exporter {}</h1>\n<p>Facts about a trading stack, for Prometheus.</p>\n",
                      escape_html(base::version()));
  page += kLinks;
  page += table("Collectors", {"Collector", "State", "Last run", "Took", "Last error"},
                rows_of(collectors, collector_row));
  page += table("Probes", {"Probe", "Kind", "State", "Last run", "Took", "Why"}, rows_of(probes, probe_row));
  page += table("Subsystems", {"Subsystem", "Purpose", "Trading depends on it", "Container"},
                rows_of(subsystems, subsystem_row));
  page += "</body>\n</html>\n";
  return page;
}

}  // namespace exporter
