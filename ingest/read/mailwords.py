"""The words that mail programs write around what they quote or pass on, in their languages.

Labels of header lines are those of Outlook, Gmail, Apple Mail and Thunderbird; where a language is in no list,
quoting.py goes by what the lines hold. A program's word goes into the list of its kind, and nowhere else.
"""

import re

__all__ = ["ANNOUNCED", "FORWARDED", "FORWARDS", "LABELS", "SUBJECT", "VERB", "WROTE"]

_LABELS = {
    "from": "from|von|de|da|van|från|fra|frá|od|от|от кого|від|від кого|de la|lähettäjä|kimden|gönderen|feladó|από"
    "|saatja|nuo|šalje|pošiljatelj|dari|từ|จาก|מאת|من|از|差出人|送信者|发件人|寄件者|寄件人|發件人|보낸 사람|보낸사람",
    "sent": "sent|gesendet|envoyé|date d'envoi|enviado|enviado el|enviado em|enviada em|enviada|enviat|enviat el"
    "|inviato|verzonden|skickat|sendt|wysłano|wysłane|data wysłania|odesláno|odoslané|poslano|poslato|отправлено"
    "|дата отправки|надіслано|відправлено|изпратено|trimis|trimis la|lähetetty|gönderildi|gönderme tarihi|elküldve"
    "|küldve|στάλθηκε|εστάλη|saadetud|nosūtīts|išsiųsta|dikirim|đã gửi|ส่ง|ส่งแล้ว|נשלח|تم الإرسال|تاريخ الإرسال"
    "|送信日時|送信日|发送时间|发送日期|發送時間|寄件日期|傳送時間|보낸 날짜|보낸날짜",
    "date": "date|datum|fecha|data|dato|dátum|дата|päivämäärä|päiväys|tarih|ημερομηνία|kuupäev|datums|tanggal|ngày|วันที่"
    "|תאריך|التاريخ|日付|日時|日期|时间|날짜",
    "to": "to|an|à|para|per a|a|aan|till|til|do|za|komu|кому|до|către|vastaanottaja|kime|címzett|προς|adressaat|saaja"
    "|kam|kepada|đến|tới|ถึง|אל|إلى|به|宛先|收件人|收件者|받는 사람|받는사람",
    "subject": "subject|betreff|objet|sujet|asunto|oggetto|assunto|assumpte|onderwerp|ämne|emne|efni|temat|předmět"
    "|predmet|zadeva|naslov|тема|относно|subiect|aihe|konu|tárgy|θέμα|teema|tēma|tema|subjek|perihal|chủ đề"
    "|tiêu đề|เรื่อง|נושא|الموضوع|موضوع|件名|主题|主旨|主題|제목",
    "other": "cc|bcc|kopie|kópia|kopia|kopi|kopio|copie|copia|dw|копия|копія|másolatot kap|bilgi|κοιν|抄送|副本|참조"
    "|importance|priorität|wichtigkeit|reply-to|antwort an|attachments|anlagen|message-id|organization",
}
LABELS = {name: kind for kind, names in _LABELS.items() for name in names.split("|")}

_ORIGINAL = (
    "original message|reply message|ursprüngliche nachricht|urspruengliche nachricht|message d'origine|message original"
    "|mensaje original|messaggio originale|mensagem original|oorspronkelijk bericht|ursprungligt meddelande"
    "|original meddelelse|oprindelig meddelelse|opprinnelig melding|wiadomość oryginalna|původní zpráva|pôvodná správa"
    "|alkuperäinen viesti|orijinal mesaj|özgün ileti|eredeti üzenet|αρχικό μήνυμα|mesaj original|исходное сообщение"
    "|original-nachricht|оригінальне повідомлення|元のメッセージ|原始邮件|原邮件|邮件原件|原始郵件|원본 메시지"
)
_PASSED_ON = (
    "forwarded message|forwarded mail|weitergeleitete nachricht|anfang der weitergeleiteten nachricht"
    "|anfang der weitergeleiteten email|anfang der weitergeleiteten e-mail|message transféré|message transmis"
    "|début du message réexpédié|mensaje reenviado|messaggio inoltrato|mensagem encaminhada|doorgestuurd bericht"
    "|vidarebefordrat meddelande|videresendt besked|videresendt melding|videresendt meddelelse|wiadomość przekazana"
    "|přeposlaná zpráva|preposlaná správa|välitetty viesti|iletilen mesaj|yönlendirilen ileti|továbbított üzenet"
    "|προωθημένο μήνυμα|mesaj redirecționat|пересылаемое сообщение|пересланное сообщение|переслане повідомлення"
    "|転送されたメッセージ|转发的邮件|轉寄的郵件|전달된 메시지"
)


def _either(words: str) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in words.split("|"))


def _longest_first(words: str) -> str:
    return _either("|".join(sorted(words.split("|"), key=len, reverse=True)))


FORWARDED = re.compile(rf"(?:{_either(_PASSED_ON)}|forwarded\s+by\b)", re.IGNORECASE)
ANNOUNCED = re.compile(
    rf"[\s>*_–—-]*(?:begin\s+)?(?:{_either(_ORIGINAL)}|{_either(_PASSED_ON)}|forwarded\s+by\b.*"
    r"|forwarded\s+message\s+from.*)[\s:*_–—-]*",
    re.IGNORECASE,
)

# The first stand right before the colon, the others may have the name behind them.
_WROTE = (
    "wrote|writes|a écrit|ha scritto|escribió|va escriure|escreveu|a scris|napisał(a)|napisał|napisała|pisze|napsal(a)"
    "|napsal|napsala|napísal(a)|napísal|napísala|je napisao|je napisala|пишет|написал|написала|написав|написала(в)|пише"
    "|έγραψε|írta|kirjoitti|yazdı|kirjutas"
)
_WROTE_FIRST = "schrieb|schreef|skrev"
_WROTE_UNSPACED = "写道|寫道|さんは書きました|님이 작성|님이 쓴 글"
VERB = re.compile(
    rf"\b(?:{_longest_first(_WROTE)}|{_either(_WROTE_FIRST)})(?!\w)|{_either(_WROTE_UNSPACED)}", re.IGNORECASE
)
WROTE = re.compile(
    rf"(?:\b(?:{_longest_first(_WROTE)}|(?:{_either(_WROTE_FIRST)})(?:\s.{{0,120}})?)|{_either(_WROTE_UNSPACED)})\s*[:：]\s*$",
    re.IGNORECASE,
)

FORWARDS = frozenset(
    "fw fwd wg tr rv doorst vb enc пер пересл vl pd továbbítás πρθ ilt redir 転送 转发 轉寄 轉發 전달".split()
)
_ANSWERS = "re aw sv antw odp ref vs ynt vá απ отв ha răsp 返信 回复 答复 回覆 答覆 회신 답장".split()
SUBJECT = re.compile(
    rf"\s*(?:\[[^\]]{{1,40}}\]\s*)?({_longest_first('|'.join((*FORWARDS, *_ANSWERS)))})"
    r"(?:\[\d{1,3}\])?\s*[:：]",
    re.IGNORECASE,
)
