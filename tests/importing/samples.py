"""Small files in the layouts that registers export; every figure in them is invented."""

SIPRI_DELIVERIES = """\
Transfers of major weapons
"Deals with deliveries made for the year range 2001 to 2007"
A '0' means less than half a million.

SIPRI AT Database ID,Supplier,Recipient,Designation,Description,Armament category,Order date,\
Order date is estimate,Numbers delivered,Numbers delivered is estimate,Delivery year,\
Delivery year is estimate,Status,SIPRI estimate,TIV deal unit,TIV delivery values,Local production
1,Russia,Viet Nam,X-1,ship,Ships,2000,No,1,No,2002,No,New,30,30,30,No
1,Russia,Viet Nam,X-1,ship,Ships,2000,No,1,No,2003,No,New,30,30,30,No
2,Ukraine,Viet Nam,X-2,engine,Engines,2001,Yes,4,No,2003,No,New,5,5,20,No
3,France,Viet Nam,"X-3, long",sensor,Sensors,2004,No,2,No,2006,No,New,5,5,10,No
4,unknown supplier(s),Viet Nam,X-4,rifle,Other,2004,No,2,No,2006,No,New,5,5,10,No
5,Russia,Hezbollah (Lebanon)*,X-5,missile,Missiles,2004,No,2,No,2006,No,New,5,5,10,No
6,Russia,Kazakhstan,X-6,aircraft,Aircraft,2004,No,2,No,2006,No,New,5,5,8,No
"""
SIPRI_SCREEN = """\
Deals with deliveries from 2001 to 2007 - (created: 2023-03-11)

Deal ID;Seller;Buyer;Designation;Description;Armament category;Order date;Order date is estimate;\
Numbers delivered;Numbers delivered is estimate;Delivery year;Delivery year is estimate;Status;\
SIPRI estimate;TIV deal unit;TIV delivery values;Local production
1;Russia;Viet Nam;X-1;ship;Ships;2000;No;1;No;2002;No;New;30;30;30;No
1;Russia;Viet Nam;X-1;ship;Ships;2000;No;1;No;2003;No;New;30;30;30;No
2;Ukraine;Viet Nam;X-2;engine;Engines;2001;Yes;4;No;2003;No;New;5;5;20;No
3;France;Viet Nam;X-3, long;sensor;Sensors;2004;No;2;No;2006;No;New;5;5;10;No
4;unknown supplier(s);Viet Nam;X-4;rifle;Other;2004;No;2;No;2006;No;New;5;5;10;No
"""
SIPRI_REGISTER = """\
"Transfers of major conventional arms from All countries  to Viet Nam . Deals with deliveries made \
for the year range '2001' to '2007' "
"A '?' in a column indicates uncertain data."

Source: SIPRI Arms Transfers Database (c) SIPRI.
Data generated: 28 Sep 2026 9:10:31 AM
Recipient,Supplier,Year of order, ,Number ordered, ,Weapon designation,Weapon description,\
Deliveries in the Year Range, ,Year(s) of delivery,status,Comments,SIPRI TIV per unit,\
SIPRI TIV for total order,SIPRI TIV of delivered weapons
Viet Nam,Russia,2000,,2,,X-1,ship,2,,2002; 2003,New,,30,60,60
Viet Nam,Ukraine,2001,?,4,,X-2,engine,4,?,2003,New,"for ships, as said",5,20,20
Viet Nam,France,2004,,2,,X-3,sensor,2,,2006,New,,5,10,10
Viet Nam,unknown supplier(s),2004,,2,,X-4,rifle,2,,2006,New,,5,10,10
Viet Nam,France,2005,,2,,X-9,sensor,,,,New,,5,10,
"""
SIPRI_VALUES = """\
Volume of transfers of major arms
Figures are in millions of SIPRI trend-indicator values (TIVs).

Source: SIPRI Arms Transfers Database (c) SIPRI.
Data generated: 28 Sep 2026 9:10:08 AM

Supplier,2001,2002,2003,2004,2005,2006,2007,2001-2007,Percentage,Sum total years,Percentage of total
Russia,,30,30,,,,,60,60%,60,60%
Ukraine,,,20,,,,,20,20%,20,20%
France,,,,,,10,,10,10%,10,10%
unknown supplier(s),,,,,,10,,10,10%,10,10%
Total exports to Viet Nam,,30,50,,,20,,100,100%,100,
"""
SIPRI_OLD_VALUES = """\
"TIV of arms exports to Viet Nam, 2001-2007"
Generated: 11 March 2016
"Figures are SIPRI Trend Indicator Values (TIVs) expressed in US$ m. at constant (1990) prices."

,2001,2002,2003,2004,2005,2006,2007,Total
Russia,,30,30,,,,,60
Ukraine,,,20,,,,,20
France,,,,,,10,,10
Unknown country,,,,,,10,,10
Total,,30,50,,,20,,100

Source: SIPRI Arms Transfers Database
"""

_LIBRARY = (
    "undl_id,ms_code,ms_name,ms_vote,date,session,resolution,draft,committee_report,meeting,title,"
    "agenda_title,subjects,{note}total_yes,total_no,total_abstentions,total_non_voting,total_ms,"
    "undl_link"
)
BALLOTS = {
    1: {"VNM": "Y", "RUS": "Y", "USA": "N", "CHN": "Y", "FRA": "A", "DEU": "A", "HUN": "N"},
    2: {"VNM": "A", "RUS": "N", "USA": "Y", "CHN": "N", "FRA": "Y", "DEU": "Y", "HUN": "A"},
    3: {"VNM": "Y", "RUS": "Y", "USA": "Y", "CHN": "X", "FRA": "Y", "DEU": "N", "HUN": "Y"},
    4: {"VNM": "X", "RUS": "Y", "USA": "N", "CHN": "Y", "FRA": "N", "DEU": "N", "HUN": "N"},
}
"""Votes of 2001 in four roll calls."""

NAMES = {
    "VNM": "VIET NAM",
    "RUS": "RUSSIAN FEDERATION",
    "USA": "UNITED STATES",
    "CHN": "CHINA",
    "FRA": "FRANCE",
    "DEU": "GERMANY",
    "HUN": "HUNGARY",
}
COW = {"VNM": 816, "RUS": 365, "USA": 2, "CHN": 710, "FRA": 220, "DEU": 255, "HUN": 310}


def library(note: bool = True) -> str:
    """Return the votes in the layout of the UN Digital Library."""
    lines = [_LIBRARY.format(note="vote_note," if note else "")]
    for number, votes in BALLOTS.items():
        for code, vote in votes.items():
            ms_code = "GER" if code == "DEU" else code
            lines.append(
                f"{number},{ms_code},{NAMES[code]},{vote},2001-11-{number:02d},56,A/RES/56/{number}"
                f',A/56/L.{number},,A/56/PV.{number},"A title, with a comma : resolution",Agenda,'
                f"SUBJECT,{',' if note else ''}100.0,9.0,3.0,4.0,116.0,link"
            )
    return "\n".join(lines) + "\n"


def voeten() -> str:
    """Return the votes, and one on a paragraph, in the layout of Voeten's roll calls."""
    numbers = {"Y": 1, "A": 2, "N": 3, "X": 8}
    lines = ["rcid,ccode,member,vote,Country,Countryname,year,session,date,unres,amend,para,descr"]
    for number, votes in BALLOTS.items():
        for code, vote in votes.items():
            lines.append(
                f"{number},{COW[code]},1,{numbers[vote]},{code},{NAMES[code].title()},2001,56,"
                f"2001-11-0{number},R/56/{number},0,0,words"
            )
    lines.append("5,816,1,3,VNM,Viet Nam,2001,56,2001-11-05,R/56/5,0,1,a paragraph")
    lines.append("5,365,1,1,RUS,Russia,2001,56,2001-11-05,R/56/5,0,1,a paragraph")
    lines.append("6,816,1,3,VNM,Viet Nam,2001,56,2001-11-06,R/56/1,,,The President: I put it")
    lines.append("1,626,0,9,SSD,South Sudan,2001,56,2001-11-01,R/56/1,0,0,words")
    return "\n".join(lines) + "\n"


IDEAL_ALL = """\
"","ccode","session","IdealPointAll","NVotesAll","IdealPointFP","NVotesFP","iso3c","Countryname"
"1",816,56,-0.5,70,-0.4,60,"VNM","Vietnam"
"2",255,56,1.0,70,1.1,60,"DEU","Germany"
"3",220,56,2.0,70,2.1,60,"FRA","France"
"4",816,79,NA,NA,-0.3,60,"VNM","Vietnam"
"""
IDEAL_FP = """\
ccode\tiso3c\tCountryname\tyear\tNVotesFP\tIdealPointFP\tQ5%FP\tQ50%FP\tQ95%FP
816\tVNM\tVietnam\t2001\t60\t-0.4\t-0.5\t-0.4\t-0.3
255\tDEU\tGermany\t2001\t60\t1.1\t1.0\t1.1\t1.2
"""

_EU = ("DEU", "FRA", "GBR", "ITA", "ESP", "NLD", "POL")
_TRADE = {
    "WORLD": (200.0, 300.0),
    "RUS": (40.0, 60.0),
    "CHN": (50.0, 100.0),
    "USA": (10.0, None),
    **dict.fromkeys(_EU, (2.0, 3.0)),
}
"""What Kazakhstan exported to and imported from its partners in 2010, in millions of dollars."""

IMF_NAMES = {
    "WORLD": "World",
    "RUS": "Russian Federation",
    "CHN": "China, P.R.: Mainland",
    "USA": "United States",
    "DEU": "Germany",
    "FRA": "France",
    "GBR": "United Kingdom",
    "ITA": "Italy",
    "ESP": "Spain",
    "NLD": "Netherlands, The",
    "POL": "Poland, Rep. of",
    "G163": "Euro Area",
}


def _cells(scale=1.0):
    for code, (out, into) in {**_TRADE, "G163": (12.0, 18.0)}.items():
        for way, value in (("X", out), ("M", into)):
            yield code, way, "" if value is None else f"{value * scale:g}"


def imf_bulk() -> str:
    """Return the trade in the layout of the older bulk file, a column for each year."""
    lines = [
        '"Country Name","Country Code","Indicator Name","Indicator Code",'
        '"Counterpart Country Name","Counterpart Country Code","Attribute","2009","2010",'
    ]
    for code, way, value in _cells(1e6):
        name = "TXG_FOB_USD" if way == "X" else "TMG_CIF_USD"
        lines.append(
            f'"Kazakhstan, Rep. of","916","Goods, Value","{name}","{IMF_NAMES[code]}","1",'
            f'"Value","","{value}",'
        )
    lines.append('"Kazakhstan, Rep. of","916","Goods","TBG_USD","World","1","Value","","7",')
    lines.append('"Kazakhstan, Rep. of","916","Goods","TXG_FOB_USD","World","1","Status","","E",')
    return "\n".join(lines) + "\n"


def imf_wide() -> str:
    """Return the trade in the wide layout of the present data portal."""
    lines = [
        "DATASET,SERIES_CODE,OBS_MEASURE,COUNTRY.ID,COUNTRY,INDICATOR.ID,INDICATOR,"
        "COUNTERPART_COUNTRY.ID,COUNTERPART_COUNTRY,FREQUENCY.ID,FREQUENCY,SCALE.ID,SCALE,2009,2010,"
        "2010-M01"
    ]
    for code, way, value in _cells():
        name = "XG_FOB_USD" if way == "X" else "MG_CIF_USD"
        number = "G001" if code == "WORLD" else code
        lines.append(
            f'IMF.STA:IMTS(1.0.0),KAZ.{name}.{number}.A,OBS_VALUE,KAZ,"Kazakhstan, Republic of",'
            f'{name},Goods,{number},"{IMF_NAMES[code]}",A,Annual,6,Millions,,{value},'
        )
    return "\n".join(lines) + "\n"


def imf_sdmx() -> str:
    """Return the trade as SDMX-CSV, with a month that is left out."""
    lines = ["DATAFLOW,COUNTRY,INDICATOR,COUNTERPART_COUNTRY,FREQUENCY,TIME_PERIOD,OBS_VALUE,SCALE"]
    for code, way, value in _cells():
        name = "XG_FOB_USD" if way == "X" else "MG_CIF_USD"
        number = "G001" if code == "WORLD" else code
        lines.append(f"IMF.STA:IMTS(1.0.0),KAZ,{name},{number},A,2010,{value},Millions")
    lines.append("IMF.STA:IMTS(1.0.0),KAZ,XG_FOB_USD,RUS,M,2010-M01,1,Millions")
    return "\n".join(lines) + "\n"


def comtrade() -> str:
    """Return the trade in the layout of UN Comtrade since 2022."""
    lines = [
        "typeCode,freqCode,refPeriodId,refYear,reporterCode,reporterISO,reporterDesc,flowCode,"
        "flowDesc,partnerCode,partnerISO,partnerDesc,partner2Code,cmdCode,customsCode,motCode,"
        "primaryValue,isReported"
    ]
    for code, way, value in _cells(1e6):
        iso = "W00" if code == "WORLD" else code
        name = "World" if code == "WORLD" else IMF_NAMES[code].partition(",")[0]
        if code != "G163":
            lines.append(
                f"C,A,20100101,2010,398,KAZ,Kazakhstan,{way},words,1,{iso},{name},0,TOTAL,C00,0,"
                f"{value},true"
            )
    lines.append("C,A,20100101,2010,398,KAZ,Kazakhstan,X,w,1,RUS,Russia,0,TOTAL,C00,2100,9,true")
    lines.append("C,A,20100101,2010,398,KAZ,Kazakhstan,X,w,1,RUS,Russia,0,27,C00,0,9,true")
    lines.append("C,A,20100101,2010,398,KAZ,Kazakhstan,RX,w,1,RUS,Russia,0,TOTAL,C00,0,9,true")
    return "\n".join(lines) + "\n"


def old_comtrade() -> str:
    """Return the trade in the older layout of UN Comtrade."""
    lines = [
        "Classification,Year,Period,Period Desc.,Aggregate Level,Is Leaf Code,Trade Flow Code,"
        "Trade Flow,Reporter Code,Reporter,Reporter ISO,Partner Code,Partner,Partner ISO,"
        "Commodity Code,Commodity,Trade Value (US$),Flag"
    ]
    for code, way, value in _cells(1e6):
        iso, name = ("WLD", "World") if code == "WORLD" else (code, IMF_NAMES[code])
        if code != "G163":
            flow = "Export" if way == "X" else "Import"
            lines.append(
                f'H4,2010,2010,2010,0,0,2,{flow},398,Kazakhstan,KAZ,1,"{name}",{iso},TOTAL,All,'
                f"{value},0"
            )
    return "\n".join(lines) + "\n"


_COW = {"RUS": 365, "CHN": 710, "USA": 2, "DEU": 255, "FRA": 220, "GBR": 200, "ITA": 325,
        "ESP": 230, "NLD": 210, "POL": 290}  # fmt: skip


def cow_dyads() -> str:
    """Return the trade in the layout of the Correlates of War; flow1 is what ccode1 imports."""
    lines = ["ccode1,ccode2,year,importer1,importer2,flow1,flow2,smoothflow1,smoothflow2,version"]
    for code, number in _COW.items():
        out, into = (-9 if value is None else value for value in _TRADE[code])
        first, second = (number, 705) if number < 705 else (705, number)
        flows = (out, into) if number < 705 else (into, out)
        lines.append(f"{first},{second},2010,a,b,{flows[0]},{flows[1]},-9,-9,4")
    return "\n".join(lines) + "\n"


COW_NATIONAL = """\
ccode,statename,stateabb,year,imports,exports,alt_imports,alt_exports,source1,source2,version
705,Kazakhstan,KZK,2010,300,200,-9,-9,101,101,4
"""


def gravity() -> str:
    """Return the trade in CEPII's layout: reports of Kazakhstan, and BACI's own figures."""
    lines = [
        "year,country_id_o,country_id_d,iso3_o,iso3_d,dist,tradeflow_comtrade_o,"
        "tradeflow_comtrade_d,tradeflow_baci,manuf_tradeflow_baci,tradeflow_imf_o,tradeflow_imf_d"
    ]
    for code in _COW:
        out, into = ("" if value is None else value * 1e3 for value in _TRADE[code])
        lines.append(f"2010,KAZ,{code},KAZ,{code},100,{out},777,{out},,{out},")
        lines.append(f"2010,{code},KAZ,{code},KAZ,100,777,{into},{into},,,{into}")
    return "\n".join(lines) + "\n"


def baci() -> str:
    """Return the trade in BACI's layout, in two products."""
    lines = ["t,i,j,k,v,q"]
    numbers = {"RUS": 643, "CHN": 156, "USA": 842, "DEU": 276, "FRA": 251, "GBR": 826, "ITA": 380,
               "ESP": 724, "NLD": 528, "POL": 616}  # fmt: skip
    for code, number in numbers.items():
        out, into = _TRADE[code]
        for good in ("270900", "854231"):
            if out is not None:
                lines.append(f"2010,398,{number},{good},{out * 500},1.5")
            if into is not None:
                lines.append(f"2010,{number},398,{good},{into * 500},NA")
    return "\n".join(lines) + "\n"


ATOP = """\
ddyad,year,atopally,defense,offense,neutral,nonagg,consul,stateA,stateB
705365,2010,1,1,0,0,1,1,705,365
365705,2010,1,1,0,0,1,1,365,705
705710,2011,1,0,0,0,1,1,705,710
310220,2010,1,1,0,0,0,1,310,220
310255,2010,1,1,0,0,0,1,310,255
"""
COW_ALLIANCES = """\
version4id,ccode1,state_name1,ccode2,state_name2,dyad_st_day,dyad_st_month,dyad_st_year,\
dyad_end_day,dyad_end_month,dyad_end_year,left_censor,right_censor,defense,neutrality,\
nonaggression,entente,year,version
300,365,Russia,705,Kazakhstan,1,1,1994,,,,0,1,1,0,0,1,2010,4.1
301,365,Russia,705,Kazakhstan,1,1,1996,,,,0,1,0,0,1,0,2010,4.1
"""
GSDB_CASES = """\
case_id,sanctioned_state,sanctioning_state,begin,end,trade,descr_trade,arms,military,financial,\
travel,other,target_mult,sender_mult,objective,success
1,"Korea, North","United States, Japan",2001,2003,1,exp_compl,1,0,1,0,0,0,1,policy_change,failed
2,Myanmar,EU,2002,2002,0,,1,1,0,1,0,0,1,democracy,failed
3,Myanmar,UN,2002,2003,0,,1,0,0,0,0,0,1,democracy,failed
4,Myanmar,Arab League,2002,2003,0,,1,0,0,0,0,0,1,democracy,failed
"""
GSDB_DYADS = """\
case_id,sanctioned_state,sanctioned_state_iso3,sanctioning_state,sanctioning_state_iso3,year,arms,\
military,trade,descr_trade,financial,travel,other,objective,success
1,"Korea, North",PRK,United States,USA,2001,1,0,1,exp_compl,1,0,0,policy_change,failed
2,"Korea, North",PRK,United States,USA,2001,0,1,0,,0,0,0,policy_change,failed
"""
GDP_BULK = """\
"Data Source","World Development Indicators",

"Last Updated Date","2026-07-01",

"Country Name","Country Code","Indicator Name","Indicator Code","1990","2009","2010",
"Kazakhstan","KAZ","GDP (current US$)","NY.GDP.MKTP.CD","5e9","","148000000000.5",
"Viet Nam","VNM","GDP (current US$)","NY.GDP.MKTP.CD","","","147e9",
"Arab World","ARB","GDP (current US$)","NY.GDP.MKTP.CD","","","1e12",
"World","WLD","GDP (current US$)","NY.GDP.MKTP.CD","","60e12","66e12",
"""
GDP_BANK = """\
Series Name,Series Code,Country Name,Country Code,2009 [YR2009],2010 [YR2010]
GDP (current US$),NY.GDP.MKTP.CD,Kazakhstan,KAZ,..,148000000000.5
GDP (current US$),NY.GDP.MKTP.CD,Viet Nam,VNM,..,147000000000
GDP (current US$),NY.GDP.MKTP.CD,World,WLD,60000000000000,66000000000000
,,,,,
,,,,,
Data from database: World Development Indicators
Last Updated: 07/01/2026
"""
GDP_LONG = """\
Country Name,Country Code,Year,Value
Kazakhstan,KAZ,2010,148000000000.5
Viet Nam,VNM,2010,147000000000
Arab World,ARB,2010,1000000000000
World,WLD,2010,66000000000000
"""
OWN = """\
state;with;when;gas
Viet Nam;Russian Federation;2010;0,25
Kazakhstan;Türkiye;2010;
"""
OWN_COLUMNS = {"country": "state", "partner": "with", "year": "when", "value": "gas"}

ALL = {
    "sipri": (SIPRI_DELIVERIES, SIPRI_SCREEN, SIPRI_REGISTER, SIPRI_VALUES, SIPRI_OLD_VALUES),
    "un-votes": (library(True), library(False), voeten()),
    "ideal-points": (IDEAL_ALL, IDEAL_FP),
    "trade": (
        imf_bulk(), imf_wide(), imf_sdmx(), comtrade(), old_comtrade(), cow_dyads(), gravity(),
        baci(),
    ),
    "alliances": (ATOP, COW_ALLIANCES),
    "sanctions": (GSDB_CASES, GSDB_DYADS),
    "gdp": (GDP_BULK, GDP_BANK, GDP_LONG),
    "own": (OWN,),
}  # fmt: skip
"""A file in each layout, by kind."""
