#include "base/text/html.h"

#include "tests/catch.h"

TEST_CASE("text in a page never becomes markup") {
  CHECK(base::escape_html(R"html(<img src=x onerror="alert('1')">&)html") ==
        "&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;");
  CHECK(base::escape_html("quantum_ai_engine, 12 µs") == "quantum_ai_engine, 12 µs");
  CHECK(base::escape_html("").empty());
}
