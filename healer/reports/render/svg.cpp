#include "healer/reports/render/svg.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text/html.h"
#include "base/text/utf8.h"
#include "healer/reports/render/units.h"

namespace healer::reports {
namespace {

constexpr double kWidth = 960;

std::string safe(std::string_view text) { return base::escape_html(base::repair_utf8(text)); }

std::string open(double height, std::string_view title) {
  return fmt::format(
      "<svg viewBox=\"0 0 {} {:.0f}\" role=\"img\" aria-label=\"{}\"><text class=\"name\" x=\"0\" "
      "y=\"13\">{}</text>",
      kWidth, height, safe(title), safe(title));
}

std::string rect(double x, double y, double width, double height, std::string_view fill,
                 std::string_view tip) {
  return fmt::format(
      "<rect x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\" "
      "fill=\"{}\"><title>{}</title></rect>",
      x, y, width, height, fill, safe(tip));
}

std::string label(double x, double y, std::string_view anchor, std::string_view text) {
  return fmt::format("<text x=\"{:.2f}\" y=\"{:.2f}\" text-anchor=\"{}\">{}</text>", x, y, anchor,
                     safe(text));
}

// ---- timeline ----------------------------------------------------------------------------------

constexpr double kNames = 190;
constexpr double kRow = 24;

// Unknown is dashed, down is higher than up, so that the states differ without colour.
std::string bar(const Interval& each, const Window& window, double y) {
  const double length = static_cast<double>(window.length().count());
  const auto at = [&](base::WallTime time) {
    return kNames + (kWidth - kNames) * static_cast<double>((time - window.from).count()) / length;
  };
  const double x = at(each.from);
  const double width = at(each.to) - x;
  const std::string tip =
      fmt::format("{} from {} for {}", word(each.condition), utc(each.from), spoken(each.length()));
  switch (each.condition) {
    case Condition::kUp:
      return rect(x, y + 5, width, 12, "var(--up)", tip);
    case Condition::kDown:
      return rect(x, y, std::max(width, 2.5), 22, "var(--down)", tip);
    case Condition::kUnknown:
      break;
  }
  return fmt::format(
      "<line x1=\"{:.2f}\" x2=\"{:.2f}\" y1=\"{:.2f}\" y2=\"{:.2f}\" stroke=\"var(--unknown)\" "
      "stroke-width=\"6\" "
      "stroke-dasharray=\"2 3\"><title>{}</title></line>",
      x, std::max(x + width, x + 2), y + 11, y + 11, safe(tip));
}

std::string days(const Window& window, double height) {
  std::string out;
  const double length = static_cast<double>(window.length().count());
  for (auto day = std::chrono::ceil<std::chrono::days>(window.from); day < window.to;
       day += std::chrono::days(1)) {
    const double x = kNames + (kWidth - kNames) * static_cast<double>((day - window.from).count()) / length;
    out +=
        fmt::format("<line x1=\"{0:.2f}\" x2=\"{0:.2f}\" y1=\"22\" y2=\"{1:.0f}\" stroke=\"var(--line)\"/>",
                    x, height - 18);
    if (window.length() <= std::chrono::days(14) && x < kWidth - 44) {
      out += label(x + 3, height - 5, "start", utc_date(day).substr(5));
    }
  }
  return out;
}

std::string draw(const Timeline& chart) {
  const double height = 48 + kRow * static_cast<double>(chart.rows.size());
  std::string out = open(height, chart.title);
  if (chart.window.length() <= base::Duration::zero()) return out + "</svg>";
  out += days(chart.window, height);
  double y = 24;
  for (const Timeline::Row& row : chart.rows) {
    out += fmt::format("<text class=\"name\" x=\"0\" y=\"{:.2f}\">{}</text>", y + 15,
                       safe(base::excerpt(row.name, 28)));
    for (const Interval& each : row.intervals) out += bar(each, chart.window, y);
    y += kRow;
  }
  out += "<g transform=\"translate(560,4)\">" + rect(0, 2, 14, 9, "var(--up)", "up") +
         label(20, 11, "start", "up") + rect(60, -2, 6, 15, "var(--down)", "down") +
         label(72, 11, "start", "down") +
         "<line x1=\"130\" x2=\"152\" y1=\"6\" y2=\"6\" stroke=\"var(--unknown)\" stroke-width=\"6\" "
         "stroke-dasharray=\"2 3\"/>" +
         label(158, 11, "start", "unknown: no samples") + "</g>";
  return out + "</svg>";
}

// ---- bars and lines ----------------------------------------------------------------------------

constexpr double kLeft = 64;
constexpr double kTop = 34;
constexpr double kPlot = 150;
constexpr std::array kColours{"var(--a)", "var(--b)", "var(--c)", "var(--d)"};

double largest(const Plot& chart) {
  double most = chart.threshold.value_or(0);
  for (const auto& series : chart.series) {
    for (const auto& value : series.values) {
      if (value && std::isfinite(*value)) most = std::max(most, *value);
    }
  }
  return most;
}

class Scale {
 public:
  Scale(const Plot& chart)
      : top_(chart.top.value_or(nice_top(largest(chart)))), count_(chart.labels.size()) {}
  double y(double value) const { return kTop + kPlot * (1 - std::clamp(value / top_, 0.0, 1.0)); }
  double step() const { return (kWidth - kLeft) / static_cast<double>(std::max<std::size_t>(count_, 1)); }
  double middle(std::size_t index) const { return kLeft + step() * (static_cast<double>(index) + 0.5); }
  double top() const { return top_; }

 private:
  double top_;
  std::size_t count_;
};

std::string axes(const Plot& chart, const Scale& scale) {
  std::string out;
  for (const double part : {0.0, 0.5, 1.0}) {
    const double y = scale.y(scale.top() * part);
    out += fmt::format("<line x1=\"{}\" x2=\"{}\" y1=\"{:.2f}\" y2=\"{:.2f}\" stroke=\"var(--line)\"/>",
                       kLeft, kWidth, y, y);
    out += label(kLeft - 8, y + 4, "end", compact(scale.top() * part));
  }
  const std::size_t every = std::max<std::size_t>(1, (chart.labels.size() + 13) / 14);
  for (std::size_t i = 0; i < chart.labels.size(); i += every) {
    out += label(scale.middle(i), kTop + kPlot + 18, "middle", chart.labels[i]);
  }
  if (chart.threshold) {
    const double y = scale.y(*chart.threshold);
    out += fmt::format(
        "<line x1=\"{}\" x2=\"{}\" y1=\"{:.2f}\" y2=\"{:.2f}\" stroke=\"var(--bad)\" stroke-dasharray=\"6 "
        "4\"/>",
        kLeft, kWidth, y, y);
    out += label(kWidth, y - 4, "end", fmt::format("threshold {}", compact(*chart.threshold)));
  }
  return out;
}

std::string tip(const Plot& chart, const Plot::Series& series, std::size_t index) {
  return fmt::format("{}, {}: {} {}", chart.labels[index], series.name, compact(*series.values[index]),
                     chart.unit);
}

std::string bars(const Plot& chart, const Plot::Series& series, std::size_t nth, const Scale& scale) {
  std::string out;
  const double width = scale.step() * 0.8 / static_cast<double>(chart.series.size());
  for (std::size_t i = 0; i < std::min(series.values.size(), chart.labels.size()); ++i) {
    const double x = scale.middle(i) - scale.step() * 0.4 + width * static_cast<double>(nth);
    if (!series.values[i]) {
      out += fmt::format(
          "<line x1=\"{:.2f}\" x2=\"{:.2f}\" y1=\"{y}\" y2=\"{y}\" stroke=\"var(--unknown)\" "
          "stroke-width=\"4\" "
          "stroke-dasharray=\"2 3\"><title>unknown</title></line>",
          x, x + width, fmt::arg("y", kTop + kPlot - 3));
      continue;
    }
    const double y = scale.y(*series.values[i]);
    out += rect(x, y, std::max(width - 1, 0.5), kTop + kPlot - y, kColours[nth % kColours.size()],
                tip(chart, series, i));
  }
  return out;
}

std::string line(const Plot& chart, const Plot::Series& series, std::size_t nth, const Scale& scale) {
  std::string path;
  std::string dots;
  bool pen_down = false;
  const std::string_view colour = kColours[nth % kColours.size()];
  for (std::size_t i = 0; i < std::min(series.values.size(), chart.labels.size()); ++i) {
    if (!series.values[i]) {
      pen_down = false;
      continue;
    }
    const double y = scale.y(*series.values[i]);
    path += fmt::format("{}{:.2f},{:.2f}", pen_down ? "L" : "M", scale.middle(i), y);
    dots +=
        fmt::format("<circle cx=\"{:.2f}\" cy=\"{:.2f}\" r=\"3.5\" fill=\"{}\"><title>{}</title></circle>",
                    scale.middle(i), y, colour, safe(tip(chart, series, i)));
    pen_down = true;
  }
  return fmt::format("<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2.2\"/>{}", path, colour,
                     dots);
}

std::string draw(const Plot& chart) {
  std::string out = open(kTop + kPlot + 30, fmt::format("{} ({})", chart.title, chart.unit));
  const Scale scale(chart);
  out += axes(chart, scale);
  double legend = kWidth;
  for (std::size_t i = chart.series.size(); i-- > 0;) {
    const Plot::Series& series = chart.series[i];
    out += chart.kind == Plot::Kind::kBars ? bars(chart, series, i, scale) : line(chart, series, i, scale);
    if (chart.series.size() < 2) continue;
    out += label(legend, 13, "end", series.name);
    legend -= 8 + 7 * static_cast<double>(series.name.size());
    out += rect(legend - 12, 3, 12, 11, kColours[i % kColours.size()], series.name);
    legend -= 28;
  }
  return out + "</svg>";
}

}  // namespace

double nice_top(double largest) {
  if (!(largest > 0) || !std::isfinite(largest)) return 1;
  const double power = std::pow(10, std::floor(std::log10(largest)));
  for (const double step : {1.0, 2.0, 5.0}) {
    if (power * step >= largest) return power * step;
  }
  return power * 10;
}

std::string to_svg(const Chart& chart) {
  return std::visit([](const auto& each) { return draw(each); }, chart);
}

std::string sparkline(std::span<const double> values) {
  if (values.empty()) return "";
  double most = 0;
  for (const double value : values) most = std::max(most, std::isfinite(value) ? value : 0);
  const double step = 100.0 / static_cast<double>(values.size());
  std::string out =
      "<svg class=\"spark\" viewBox=\"0 0 100 20\" preserveAspectRatio=\"none\" aria-hidden=\"true\">";
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double value = std::isfinite(values[i]) ? std::max(values[i], 0.0) : 0;
    if (value <= 0) continue;
    const double height = std::max(20 * value / most, 1.0);
    out +=
        fmt::format("<rect x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\" fill=\"var(--a)\"/>",
                    step * static_cast<double>(i), 20 - height, std::max(step * 0.85, 0.4), height);
  }
  return out + "</svg>";
}

}  // namespace healer::reports
