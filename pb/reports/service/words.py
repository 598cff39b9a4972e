"""What the forms call their lines, channels and levels."""

from collections.abc import Mapping
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from pb.core.topics import Appeals, Decree826, Reception, ReportMeeting, Topic
from pb.reports.models import Addressee, AkimLevel, Channel, Guests, Kind

Words = Mapping[str, LazyString]
KINDS: Final[Words] = {
    Kind.REPORT: _("report meeting of the akim"),
    Kind.OTHER: _("other meeting with residents"),
}
# Decree 826 knows six levels of akims without naming them: these are the levels of the administrative division.
LEVELS: Final[Words] = {
    AkimLevel.OBLAST: _("akim of the oblast, of the capital or of a city of republican significance"),
    AkimLevel.CITY: _("akim of a city of oblast significance"),
    AkimLevel.RAION: _("akim of a raion"),
    AkimLevel.CITY_DISTRICT: _("akim of a district in a city"),
    AkimLevel.DISTRICT_CITY: _("akim of a city of raion significance"),
    AkimLevel.OKRUG: _("akim of a village, township or rural okrug"),
}
CHANNELS: Final[Words] = {
    Channel.INSTAGRAM: _("Instagram"),
    Channel.FACEBOOK: _("Facebook"),
    Channel.YOUTUBE: _("YouTube"),
    Channel.TELEGRAM: _("Telegram"),
    Channel.TV: _("television"),
    Channel.OTHER: _("other channel"),
}
ADDRESSEES: Final[Words] = {
    Addressee.OKRUG: _("of the akim of the village, township or okrug"),
    Addressee.RAION: _("of the akim of the raion or city"),
    Addressee.OBLAST: _("of the akim of the oblast"),
}
GUESTS: Final[Words] = {
    Guests.PRESIDENT: _("Presidential Administration, Government"),
    Guests.PARLIAMENT: _("Parliament"),
    Guests.BODIES: _("central and local bodies"),
}
TOPICS: Final[Words] = {
    Topic.DRINKING_WATER: _("drinking water"),
    Topic.ROADS: _("roads: building, repair, cleaning"),
    Topic.TRANSPORT: _("buses and other transport"),
    Topic.ELECTRICITY_GAS: _("electricity and gas"),
    Topic.TELEPHONE_INTERNET: _("telephone and internet"),
    Topic.LANDSCAPING: _("landscaping, cleanliness, ecology"),
    Topic.UTILITIES: _("heating, sewerage, repair of houses"),
    Topic.HOUSING: _("housing, shared construction"),
    Topic.LAND: _("land plots"),
    Topic.SUBSOIL: _("subsoil, quarries"),
    Topic.AGRICULTURE: _("agriculture, pastures, veterinary"),
    Topic.BUSINESS: _("entrepreneurship"),
    Topic.LOANS: _("loans"),
    Topic.LABOUR: _("labour and employment"),
    Topic.AID: _("social aid, pensions"),
    Topic.EDUCATION: _("work of schools and kindergartens"),
    Topic.EDUCATION_BUILDINGS: _("building and repair of schools and kindergartens"),
    Topic.HEALTH: _("work of doctors and hospitals"),
    Topic.HEALTH_BUILDINGS: _("building and repair of hospitals and outpatient clinics"),
    Topic.CULTURE: _("clubs, libraries, culture"),
    Topic.CULTURE_BUILDINGS: _("building and repair of clubs and libraries"),
    Topic.SPORT: _("sport"),
    Topic.SPORT_BUILDINGS: _("building and repair of sports grounds and halls"),
    Topic.BUDGET: _("economy and budget"),
    Topic.SERVICES: _("state services"),
    Topic.OFFICIALS: _("complaints about officials and state bodies"),
    Topic.LAW: _("law and order"),
    Topic.POLITICS: _("political questions"),
    Topic.EVERYDAY: _("everyday life of residents"),
    Topic.OTHER: _("other"),
}
OF_APPEALS: Final[Words] = {
    Appeals.UTILITIES: _("housing and utilities"),
    Appeals.LAND: _("land and land use"),
    Appeals.LABOUR: _("labour and employment"),
    Appeals.HOUSING: _("provision of housing"),
    Appeals.EDUCATION: _("education and science"),
    Appeals.AGRICULTURE: _("agriculture"),
    Appeals.EVERYDAY: _("everyday life of residents"),
    Appeals.AID: _("targeted social aid"),
    Appeals.OFFICIALS: _("complaints about officials"),
    Appeals.OTHER: _("other"),
}
OF_RECEPTION: Final[Words] = {
    Reception.INDUSTRY: _("industry, transport and communications"),
    Reception.AGRICULTURE: _("agriculture"),
    Reception.LAND: _("land plots"),
    Reception.SUBSOIL: _("subsoil"),
    Reception.HOUSING: _("housing"),
    Reception.UTILITIES: _("utilities"),
    Reception.BUSINESS: _("small and medium business"),
    Reception.OFFICIALS: _("complaints about local executive bodies"),
    Reception.LABOUR: _("employment and social security"),
    Reception.LOANS: _("loans"),
    Reception.EDUCATION: _("education"),
    Reception.HEALTH: _("health"),
    Reception.CULTURE: _("culture"),
    Reception.SPORT: _("sport"),
    Reception.LAW: _("legal relations"),
    Reception.OTHER: _("other"),
}
OF_REPORT_MEETING: Final[Words] = {
    ReportMeeting.ECONOMIC: _("economic"),
    ReportMeeting.POLITICAL: _("political"),
    ReportMeeting.SOCIAL: _("social"),
    ReportMeeting.SERVICES: _("state services"),
    ReportMeeting.WATER: _("drinking water"),
    ReportMeeting.HOUSING: _("housing, with shared construction"),
    ReportMeeting.LAND: _("land"),
    ReportMeeting.ROADS: _("repair and building of roads"),
    ReportMeeting.BUILDINGS: _("repair and building of objects of education, health and culture"),
    ReportMeeting.NETWORKS: _("electricity, gas, telephone"),
    ReportMeeting.LANDSCAPING: _("landscaping, sanitary condition, ecology"),
    ReportMeeting.OTHER: _("other"),
}
OF_DECREE_826: Final[Words] = {
    Decree826.POLITICAL: _("political"),
    Decree826.BUDGET: _("economy and budget"),
    Decree826.SERVICES: _("state services"),
    Decree826.HOUSING: _("housing relations"),
    Decree826.LAND: _("land relations"),
    Decree826.ROADS: _("repair and building of roads"),
    Decree826.BUILDINGS: _("repair and building of objects of education, health, culture and sport"),
    Decree826.NETWORKS: _("water, gas, electricity, telephone, internet"),
    Decree826.BUSINESS: _("entrepreneurship"),
    Decree826.AGRICULTURE: _("agriculture, veterinary"),
    Decree826.LANDSCAPING: _("landscaping, sanitary condition, ecology"),
    Decree826.OTHER: _("other"),
}
OFFICIAL: Final[Mapping[str, Words]] = {
    "appeals": OF_APPEALS,
    "reception": OF_RECEPTION,
    "report_meeting": OF_REPORT_MEETING,
    "decree_826": OF_DECREE_826,
}
