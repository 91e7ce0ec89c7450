#include "exporter/describe.h"

#include <fmt/format.h>

#include "exporter/collectors/table.h"
#include "exporter/frame.h"
#include "exporter/self.h"

namespace exporter {

std::vector<Chapter> all_families() {
  std::vector<Chapter> chapters;
  for (const Entry& entry : collector_table()) {
    chapters.push_back({fmt::format("Collector `{}`", entry.name), entry.families()});
  }
  chapters.push_back({"Collectors themselves", frame_families()});
  chapters.push_back({"The exporter itself", self_families()});
  return chapters;
}

std::string describe_metrics() {
  std::string text;
  for (const Chapter& chapter : all_families()) {
    text += fmt::format("### {}\n\n| metric | type | labels | meaning |\n|---|---|---|---|\n", chapter.title);
    for (const Family& family : chapter.families) {
      text += fmt::format("| `{}` | {} | {} | {} |\n", family.name,
                          family.type == kCounter ? "counter" : "gauge", family.labels, family.help);
    }
    text += "\n";
  }
  return text;
}

}  // namespace exporter
