#include "exporter/probes/regex.h"

#include <hs/hs.h>

#include <limits>
#include <new>

namespace exporter::probes {
namespace {

struct FreeScratch {
  void operator()(hs_scratch_t* scratch) const { hs_free_scratch(scratch); }
};

int stop_at_first(unsigned, unsigned long long, unsigned long long, unsigned, void* found) {
  *static_cast<bool*>(found) = true;
  return 1;
}

}  // namespace

base::Result<Regex> Regex::compile(const std::string& expression, Lines lines) {
  if (expression.find('\0') != std::string::npos) return base::fail("contains a NUL byte");
  const unsigned flags =
      HS_FLAG_SINGLEMATCH | HS_FLAG_ALLOWEMPTY | (lines == Lines::kEach ? HS_FLAG_MULTILINE : 0);
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  if (hs_compile(expression.c_str(), flags, HS_MODE_BLOCK, nullptr, &database, &error) != HS_SUCCESS) {
    const std::string why = error->message;
    hs_free_compile_error(error);
    return base::fail("{}", why);
  }
  return Regex(expression, std::shared_ptr<const hs_database>(database, [](const hs_database* each) {
                 hs_free_database(const_cast<hs_database*>(each));
               }));
}

bool Regex::matches(std::string_view text) const {
  // A scratch can be used by one thread at a time. Probes run seldom enough to allocate one for each match.
  hs_scratch_t* raw = nullptr;
  if (hs_alloc_scratch(database_.get(), &raw) != HS_SUCCESS) throw std::bad_alloc();
  const std::unique_ptr<hs_scratch_t, FreeScratch> scratch(raw);
  bool found = false;
  text = text.substr(0, std::numeric_limits<unsigned>::max());
  hs_scan(database_.get(), text.empty() ? "" : text.data(), static_cast<unsigned>(text.size()), 0,
          scratch.get(), stop_at_first, &found);
  return found;
}

}  // namespace exporter::probes
