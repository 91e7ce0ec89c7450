#include "salusctl/check/inputs/catalog.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/os/file.h"
#include "base/os/process.h"
#include "base/text/json.h"

namespace healer::salusctl::check {
namespace {

namespace fs = std::filesystem;

base::Result<> add_metric(const nlohmann::json& metric, Catalog& catalog) {
  if (!metric.is_object() || !metric.contains("name") || !metric["name"].is_string() ||
      !metric.contains("labels") || !metric["labels"].is_array()) {
    return base::fail("a metric without name and labels");
  }
  std::set<std::string, std::less<>> labels{"job", "instance"};
  for (const auto& label : metric["labels"]) {
    if (label.is_string()) labels.insert(label.get<std::string>());
  }
  const auto name = metric["name"].get<std::string>();
  if (metric.value("type", "") != "histogram") {
    catalog.metrics[name] = std::move(labels);
    return {};
  }
  catalog.metrics[name + "_sum"] = labels;
  catalog.metrics[name + "_count"] = labels;
  labels.insert("le");
  catalog.metrics[name + "_bucket"] = std::move(labels);
  return {};
}

}  // namespace

const std::set<std::string, std::less<>>* Catalog::labels_of(std::string_view series) const {
  const auto found = metrics.find(series);
  return found == metrics.end() ? nullptr : &found->second;
}

std::set<std::string, std::less<>> Catalog::names() const {
  std::set<std::string, std::less<>> names;
  for (const auto& [name, labels] : metrics) names.insert(name);
  return names;
}

base::Result<> Catalog::add(std::string_view json) {
  const auto document = base::parse_json(json);
  if (!document) return base::wrap(document.error(), "read the list of metrics");
  if (!document->is_object() || !document->contains("metrics") || !(*document)["metrics"].is_array()) {
    return base::fail("no list of metrics");
  }
  for (const auto& metric : (*document)["metrics"]) {
    if (const auto added = add_metric(metric, *this); !added) return added;
  }
  return {};
}

std::string find_program(std::string_view name) {
  std::error_code error;
  const fs::path here = fs::read_symlink("/proc/self/exe", error).parent_path();
  const std::string_view folder = name == "salus-exporter" ? "exporter" : "healer";
  for (const fs::path& candidate : {here / name, here.parent_path() / folder / name,
                                    fs::path("/usr/bin") / name, fs::path("/usr/local/bin") / name}) {
    if (fs::is_regular_file(candidate, error)) return candidate.string();
  }
  return "";
}

base::Result<Catalog> ask_programs() {
  const base::SystemClock clock;
  Catalog catalog;
  for (const char* name : {"salus-exporter", "salus-healer"}) {
    const std::string program = find_program(name);
    if (program.empty()) {
      return base::fail(
          "{} not found, so its metrics are unknown; set --metrics to files with the output of "
          "\"{} --metrics.describe=json\"",
          name, name);
    }
    const base::Command command{.argv = {program, "--metrics.describe=json"},
                                .max_output = std::size_t{4} << 20U};
    const auto ran = base::run(command, base::Deadline::after(clock, std::chrono::seconds(10)));
    if (!ran) return base::wrap(ran.error(), "{}", program);
    if (!ran->ok())
      return base::fail("{} --metrics.describe=json: exit code {}: {}", program, ran->code, ran->err);
    if (const auto added = catalog.add(ran->out); !added) return base::wrap(added.error(), "{}", program);
  }
  return catalog;
}

base::Result<Catalog> read_catalog(const std::vector<std::string>& files) {
  Catalog catalog;
  for (const std::string& file : files) {
    const auto text = base::read_file(file);
    if (!text) return std::unexpected(text.error());
    if (const auto added = catalog.add(*text); !added) return base::wrap(added.error(), "{}", file);
  }
  return catalog;
}

}  // namespace healer::salusctl::check
