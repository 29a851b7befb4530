"""Reads a calendar from standard input with two libraries that know nothing of each other (Debian:
python3-icalendar and python3-vobject) and prints what each of them understood."""

import json
import sys

import icalendar
import vobject

data = sys.stdin.buffer.read()


def plain(moment):
    return moment.isoformat()


def by_icalendar():
    calendar = icalendar.Calendar.from_ical(data)
    events = [
        {
            "uid": str(event["UID"]),
            "start": plain(event["DTSTART"].dt),
            "end": plain(event["DTEND"].dt),
            "stamp": plain(event["DTSTAMP"].dt),
            "summary": str(event["SUMMARY"]),
            "sequence": int(event["SEQUENCE"]),
            "class": str(event["CLASS"]),
        }
        for event in calendar.walk("VEVENT")
    ]
    errors = [str(error) for component in calendar.walk() for error in component.errors]
    return {"events": events, "errors": errors, "refresh": calendar["REFRESH-INTERVAL"].to_ical().decode(), "alarms": len(calendar.walk("VALARM"))}


def by_vobject():
    calendar = vobject.readOne(data.decode())
    calendar.validate(raiseException=True)
    events = [
        {
            "uid": event.uid.value,
            "start": plain(event.dtstart.value),
            "end": plain(event.dtend.value),
            "stamp": plain(event.dtstamp.value),
            "summary": event.summary.value,
            "sequence": int(event.sequence.value),
            "class": event.getChildValue("class"),
        }
        for event in getattr(calendar, "vevent_list", [])
    ]
    return {"events": events, "errors": [], "refresh": calendar.refresh_interval.value, "alarms": 0}


print(json.dumps({"icalendar": by_icalendar(), "vobject": by_vobject()}))
