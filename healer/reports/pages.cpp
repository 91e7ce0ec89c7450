#include "healer/reports/pages.h"

#include <sys/stat.h>

#include "base/file.h"
#include "base/log.h"
#include "base/utf8.h"
#include "healer/reports/files.h"
#include "healer/reports/html.h"
#include "healer/reports/units.h"

namespace healer::reports {
namespace {

constexpr std::size_t kMostBytes = 32 * 1024 * 1024;

base::http::Response page(std::string content_type, std::string body) {
  base::http::Response response{
      .status = 200, .content_type = std::move(content_type), .body = std::move(body), .headers = {}};
  response.headers.emplace("Content-Security-Policy", kContentSecurityPolicy);
  response.headers.emplace("X-Content-Type-Options", "nosniff");
  response.headers.emplace("Referrer-Policy", "no-referrer");
  return response;
}

}  // namespace

base::http::Response reports_page(const std::string& folder) {
  Document document{.title = "Reports", .blocks = {}};
  document.add(Heading{1, "Reports", ""});
  const auto files = folder.empty() ? std::vector<ReportFile>() : list_reports(folder);
  if (!files) {
    base::log::warn("reports cannot be listed", {{"error", files.error().message}});
    return base::http::json_error(500, "the reports cannot be listed: the log says why");
  }
  if (files->empty()) {
    document.add(
        Paragraph{Line(folder.empty() ? "No folder of reports is configured: reports.folder in healer.yml."
                                      : "There are no reports yet.")});
  } else {
    Table table{{{"report"}, {"written"}, {"score", true}, {"status"}}, {}};
    for (const ReportFile& file : *files) {
      std::string score = "–";
      if (file.past) score = file.past->score ? std::to_string(*file.past->score) : std::string(kUnknownWord);
      table.rows.push_back({Line().link(file.name, "/reports/" + file.name), utc(file.written), score,
                            file.past ? file.past->status : ""});
    }
    document.add(std::move(table));
  }
  return page("text/html; charset=utf-8", to_html(document));
}

base::http::Response report_page(const std::string& folder, const std::string& name) {
  struct stat facts{};
  const std::string path = folder + "/" + name;
  if (folder.empty() || !is_report_name(name) || ::lstat(path.c_str(), &facts) != 0 ||
      !S_ISREG(facts.st_mode)) {
    return base::http::json_error(404, fmt::format("there is no report {}", base::excerpt(name)));
  }
  auto text = base::read_file(path, kMostBytes);
  if (!text) {
    base::log::warn("a report cannot be read", {{"error", text.error().message}});
    return base::http::json_error(500, "the report cannot be read: the log says why");
  }
  return page(name.ends_with(".html") ? "text/html; charset=utf-8" : "text/markdown; charset=utf-8",
              std::move(*text));
}

}  // namespace healer::reports
