#include "base/text/exposition.h"

#include <sys/resource.h>

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "base/os/clock.h"
#include "base/os/process.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using base::add_sample;
using base::counter_family;
using base::expose;
using base::gauge_family;
using prometheus::MetricFamily;

namespace {

const MetricFamily* find(const std::vector<MetricFamily>& families, const std::string& name) {
  for (const MetricFamily& family : families) {
    if (family.name == name) return &family;
  }
  return nullptr;
}

// What `promtool check metrics` has to say about a page; empty when it is content.
std::string promtool_says(const std::string& page) {
  const tests::TemporaryFolder folder;
  const std::string path = folder.write("metrics", page);
  const base::SystemClock clock;
  // promtool reads its standard input only.
  const auto exit = base::run({.argv = {"/bin/sh", "-c", "exec promtool check metrics < \"$0\"", path}},
                              base::Deadline::after(clock, std::chrono::seconds(30)));
  REQUIRE(exit);
  return exit->ok() ? "" : exit->out + exit->err + "failed";
}

}  // namespace

TEST_CASE("families and series come in order, and families of one name are one") {
  auto second = gauge_family("b_state", "Second.");
  add_sample(second, {{"name", "y"}}, 1);
  add_sample(second, {{"name", "x"}, {"kind", "k"}}, 2);
  auto first = counter_family("a_events_total", "First.");
  add_sample(first, {}, 3);
  auto more = gauge_family("b_state", "Second.");
  add_sample(more, {{"name", "x"}}, 4.5);
  CHECK(expose({second, first, more, gauge_family("c_empty", "Has no series.")}) ==
        "# HELP a_events_total First.\n"
        "# TYPE a_events_total counter\n"
        "a_events_total 3\n"
        "# HELP b_state Second.\n"
        "# TYPE b_state gauge\n"
        "b_state{kind=\"k\",name=\"x\"} 2\n"
        "b_state{name=\"x\"} 4.5\n"
        "b_state{name=\"y\"} 1\n");
}

TEST_CASE("the order in which families and series come does not matter") {
  auto a = gauge_family("a", "A.");
  add_sample(a, {{"x", "1"}, {"y", "2"}}, 1);
  add_sample(a, {{"x", "2"}}, 2);
  auto turned = gauge_family("a", "A.");
  add_sample(turned, {{"x", "2"}}, 2);
  add_sample(turned, {{"y", "2"}, {"x", "1"}}, 1);
  auto b = gauge_family("b", "B.");
  add_sample(b, {}, 0);
  CHECK(expose({a, b}) == expose({b, turned}));
}

TEST_CASE("of two samples of one series the first is kept") {
  auto family = gauge_family("a", "A.");
  add_sample(family, {{"x", "1"}, {"y", "2"}}, 1);
  add_sample(family, {{"y", "2"}, {"x", "1"}}, 2);
  CHECK(expose({family}) == "# HELP a A.\n# TYPE a gauge\na{x=\"1\",y=\"2\"} 1\n");
}

TEST_CASE("help and label values are escaped, and made UTF-8 where they are not") {
  auto family = gauge_family("a", "One\nline with \\ and \xFF.");
  add_sample(family, {{"path", "C:\\dir \"q\"\n\xFF"}}, 1);
  CHECK(expose({family}) ==
        "# HELP a One\\nline with \\\\ and \uFFFD.\n"
        "# TYPE a gauge\n"
        "a{path=\"C:\\\\dir \\\"q\\\"\\n\uFFFD\"} 1\n");
}

TEST_CASE("timestamps, tiny and special values keep what they are") {
  const auto [value, text] = GENERATE(table<double, std::string>({
      {1765991174.759, "1765991174.759"},
      {0.1, "0.1"},
      {0, "0"},
      {1e-9, "1e-09"},
      {4294967296.0, "4294967296"},
      {INFINITY, "+Inf"},
      {-INFINITY, "-Inf"},
      {NAN, "Nan"},
  }));
  auto family = gauge_family("a", "A.");
  add_sample(family, {}, value);
  CHECK(expose({family}) == "# HELP a A.\n# TYPE a gauge\na " + text + "\n");
}

TEST_CASE("nothing is exposed as nothing") { CHECK(expose({}).empty()); }

TEST_CASE("the process reports itself in the fields that every client has") {
  const auto families = base::process_families();
  std::set<std::string> names;
  for (const MetricFamily& family : families) names.insert(family.name);
  CHECK(names == std::set<std::string>{"process_cpu_seconds_total", "process_max_fds", "process_open_fds",
                                       "process_resident_memory_bytes", "process_start_time_seconds",
                                       "process_virtual_memory_bytes"});
  const auto value = [&](const std::string& name) { return find(families, name)->metric.at(0).gauge.value; };
  CHECK(value("process_resident_memory_bytes") > 1e6);
  CHECK(value("process_virtual_memory_bytes") > value("process_resident_memory_bytes"));
  CHECK(find(families, "process_cpu_seconds_total")->metric.at(0).counter.value >= 0);
  CHECK(value("process_open_fds") >= 3);
  rlimit limit{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
  CHECK(value("process_max_fds") == static_cast<double>(limit.rlim_cur));
  const double now = base::unix_seconds(base::SystemClock().now().wall);
  CHECK(value("process_start_time_seconds") <= now + 2);
  CHECK(value("process_start_time_seconds") > now - 3600);
}

TEST_CASE("promtool finds nothing wrong with a page") {
  auto families = base::process_families();
  auto hostile = gauge_family("salus_example", "Of \"quotes\", \\ and\nlines.");
  add_sample(hostile, {{"name", "quote\" back\\slash new\nline \xFF \u2028 {a=\"b\"} 1"}}, 1);
  add_sample(hostile, {{"name", ""}}, NAN);
  add_sample(hostile, {}, 1e300);
  families.push_back(hostile);
  CHECK(promtool_says(expose(families)).empty());
}

TEST_CASE("promtool would find what is wrong") {
  CHECK_FALSE(promtool_says("# TYPE a gauge\na{x=\"1\n\"} 1\n").empty());
}
