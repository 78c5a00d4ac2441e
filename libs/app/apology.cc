// GET /v1/items/{id}/apology: the letter of apology and new appointment of a dossier, for a person
// to complete and sign: a page to print, plain text, or its fields.

#include "messages/apology.h"

#include <array>

#include "app/api_parts.h"
#include "app/notify_setup.h"
#include "app/page_parts.h"
#include "app/query.h"
#include "app/trace.h"
#include "web/text.h"

namespace kip {
namespace {

constexpr std::array<std::string_view, 3> kTypes = {"text/html", "text/plain", "application/json"};
enum class Type : std::uint8_t { kHtml, kText, kJson };

web::Response none_problem(NoApology why) {
  const auto conflict = [](std::string_view code, std::string_view detail) {
    return coded(web::problem(409, "No letter of apology", detail), code);
  };
  switch (why) {
    case NoApology::kNoDossier:
      return conflict("no_dossier", "Only a dossier has an appointment with a citizen.");
    case NoApology::kEnded:
      return conflict("ended", "It has ended: nothing is left to appoint.");
    case NoApology::kNoAppointment:
      return conflict("no_appointment", "It has no due: there was no appointment.");
    case NoApology::kNotLate:
      return conflict("not_late", "It is neither overdue nor at risk: its appointment stands.");
  }
  return unreadable({});
}

std::string member(std::string_view name, std::string_view value) {
  return "," + web::json_string(name) + ":" + web::json_string(value);
}

std::string fields_json(const Apology& letter, const std::vector<std::string>& notes,
                        const Templates& templates) {
  std::string out = "{\"item_id\":" + web::json_string(letter.item_id);
  if (!letter.procedure.empty()) out += member("procedure", letter.procedure);
  out += member("authority", letter.authority) + member("place", letter.place);
  if (letter.received) out += member("received_on", day_text(*letter.received));
  out += member("old_due_at", format_rfc3339(letter.old_due)) +
         ",\"late\":" + (letter.late ? "true" : "false");
  if (letter.new_due) {
    out += member("new_due_on", day_text(letter.new_due->day)) +
           member("new_due_from", letter.new_due->rest ? "proposed" : "given");
  }
  out += member("first_due_on", day_text(letter.first_day));
  if (!letter.reason.empty()) out += member("reason", letter.reason);
  out += ",\"rescheduled\":" + std::to_string(letter.moved) +
         ",\"reschedules_max\":" + std::to_string(letter.moves_max) + ",\"notes\":[";
  for (const std::string& note : notes) {
    out += (out.back() == '[' ? "" : ",") + web::json_string(note);
  }
  return out + "]" + member("text", word_apology(letter, {}, templates, Form::kText)) + "}";
}

// A template is an operator's: whatever stands in it, no script runs and nothing is fetched.
web::Response letter_page(int status, std::string body) {
  web::Response response{status, "text/html; charset=utf-8", std::move(body), {}};
  response.headers = {{"Content-Security-Policy",
                       "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
                       "base-uri 'none'; frame-ancestors 'self'"}};
  return response;
}

struct Chosen {
  std::optional<LocalDay> day;
  std::optional<DayFault> fault;
};

web::Response answer(Type type, const Apology& letter, const Chosen& chosen,
                     const Templates& templates) {
  std::vector<std::string> notes = apology_notes(letter);
  if (type == Type::kJson) return web::json(200, fields_json(letter, notes, templates));
  if (type == Type::kText) {
    return {200, "text/plain; charset=utf-8", word_apology(letter, {}, templates, Form::kText), {}};
  }
  if (chosen.fault) {
    notes.insert(notes.begin(), fault_words(*chosen.fault, letter, *chosen.day));
  }
  const ApologyPage shown{item_path(letter.item_id), std::move(notes)};
  return letter_page(chosen.fault ? 400 : 200, word_apology(letter, shown, templates, Form::kHtml));
}

}  // namespace

web::Response get_apology(Api& api, const web::Request& request) {
  const auto type_at = web::preferred(request.header("accept").value_or(""), kTypes);
  if (!type_at) {
    return web::problem(406, "Not Acceptable",
                        "The letter is text/html, text/plain or application/json.");
  }
  const auto type = static_cast<Type>(*type_at);
  Query query(request, {"new_due"});
  Chosen chosen;
  if (const auto text = query.text("new_due")) {
    chosen.day = parse_day(*text);
    if (!chosen.day) query.wrong("new_due", "must be a day such as 2026-11-30");
  }
  if (auto refusal = query.refusal()) return *refusal;
  const auto policy = api.service.policy();
  auto story = trace(*api.service.view(), *policy, request.parameters.at(0), api.service.now());
  if (!story && story.error().code == Errc::kNotFound) {
    return web::problem(404, "No such item", story.error().message);
  }
  if (!story) return unreadable(story.error());
  if (const auto why = no_apology(story->item)) return none_problem(*why);
  const auto setup =
      api.options.setup ? api.options.setup->get() : std::make_shared<const NotifySetup>();
  Apology letter = apology_of(story->item, *policy, story->now, setup->rules.reschedules_max);
  if (chosen.day) chosen.fault = choose(letter, *chosen.day, policy->calendars);
  // Who filled in the form of the page is told there, in his words.
  if (chosen.fault && type != Type::kHtml) {
    query.wrong("new_due", fault_text(*chosen.fault, letter));
    return *query.refusal();
  }
  return answer(type, letter, chosen, setup->templates);
}

}  // namespace kip
